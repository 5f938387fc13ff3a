/* A hundred thousand keys: none is lost, each is counted once. */
/* @needs: dd */
/* @timeout: 60 */
/* @run: $DTRACE -s $TEST -c 'dd if=/dev/zero of=/dev/null bs=1 count=100000 status=none' | awk '/total/ { print; next } NF { keys++; sum += $2; if ($1 + 0 != keys - 1) bad++ } END { print keys, sum, bad + 0 }' */
#pragma D option quiet
#pragma D option aggsize=32m
#pragma D option aggsortkey

int n;

syscall::write:entry
/pid == $target && arg2 == 1/
{
	@keys[n] = count();
	@total = count();
	n++;
}

END
{
	printa("total %@d\n", @total);
}
