/* What finds no room is counted: what is kept and what is lost is all. */
/* @needs: dd */
/* @timeout: 60 */
/* @run: $DTRACE -s $TEST -c 'dd if=/dev/zero of=/dev/null bs=1 count=50000 status=none' 2>&1 | awk '/aggregation drops? on CPU/ { lost += $2; said++; next } /total/ { total = $2; next } NF == 2 { kept += $2 } END { print total, (kept + lost == total), (kept > 0), (lost > 0), (said > 0) }' */
#pragma D option quiet
#pragma D option aggsize=64k

int n;

syscall::write:entry
/pid == $target && arg2 == 1/
{
	@keys[n % 10000, "key"] = count();
	@total = count();
	n++;
}

END
{
	printa("total %@d\n", @total);
	printa("%d %@d\n", @keys);
}
