/* The same without taking them away, by functions of each kind: what emptied tables had is kept. */
/* @run: $DTRACE -q -xaggsize=128k -s $TEST 2>&1 | awk '/^all/ { all = $2; next } /^key/ { n++; bad += $3 != $2 || $4 != $2 || $5 != $2 || $6 != 0 || $7 != 1; next } NF { print } END { print (n == all), bad + 0, (all > 4500 ? "enough" : all) }' */
int i;
tick-1000hz
{
	@sum[i] = sum(i);
	@min[i] = min(i);
	@avg[i] = avg(i);
	@dev[i] = stddev(i);
	@n[i] = count();
	@all = count();
	i++;
}
tick-6s { exit(0); }
END
{
	printa("key %d %@d %@d %@d %@d %@d\n", @sum, @min, @avg, @dev, @n);
	printa("all %@d\n", @all);
}
