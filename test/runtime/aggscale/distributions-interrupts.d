/* Buckets filled by a program and by the timer that interrupts it. */
/* @needs: dd */
/* @timeout: 60 */
/* @run: $DTRACE -s $TEST -c 'dd if=/dev/zero of=/dev/null bs=1 count=200000 status=none' | awk '/^calls/ { c = $2 } /^ticks/ { t = $2 } $1 == "50" { l = $NF } $1 == "32" { q = $NF } $1 == "4" || $1 == "5" { o += $NF } END { print c, (t > 10), (q == c + t), (l == c + t), o + 0 }' */
#pragma D option quiet

syscall::write:entry
/pid == $target && arg2 == 1/
{
	@q["k"] = quantize(50);
	@l["k"] = lquantize(50, 0, 100, 10);
	@calls = count();
}

profile-4999
{
	@q["k"] = quantize(50);
	@l["k"] = lquantize(50, 0, 100, 10);
	@ticks = count();
}

END
{
	printa("calls %@d\n", @calls);
	printa("ticks %@d\n", @ticks);
}
