/* Keys that are ever new: far more than a table has slots, taken away every second. None is lost. */
/* @run: $DTRACE -q -xaggsize=64k -s $TEST 2>&1 | awk '/^all/ { all = $2; next } /^key/ { n++; sum += $2; next } NF { print } END { print (n == all), (sum == all), (all > 4500 ? "enough" : all) }' */
int i;
tick-1000hz
{
	@key[i++] = count();
	@all = count();
}
tick-1s
{
	printa("key %@d\n", @key);
	trunc(@key);
}
tick-6s { exit(0); }
END
{
	printa("key %@d\n", @key);
	printa("all %@d\n", @all);
}
