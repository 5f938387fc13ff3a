/* Ten distributions of three hundred keys each fit together into the default size. */
/* @needs: dd */
/* @timeout: 30 */
/* @run: $DTRACE -s $TEST -c 'dd if=/dev/zero of=/dev/null bs=1 count=300 status=none' 2>&1 | awk '/drop/ || /sum/' */
#pragma D option quiet

int n;

syscall::write:entry
/pid == $target && arg2 == 1/
{
	n++;
	@a[n, execname] = quantize(n);
	@b[n, execname] = quantize(n);
	@c[n, execname] = quantize(n);
	@d[n, execname] = quantize(n);
	@e[n, execname] = quantize(n);
	@f[n, execname] = quantize(n);
	@g[n, execname] = quantize(n);
	@h[n, execname] = quantize(n);
	@i[n, execname] = quantize(n);
	@j[n, execname] = quantize(n);
	@sum = sum(n);
}

END
{
	printa("sum %@d\n", @sum);
}
