/* clear() and later values keep the divisor. */
#pragma D option quiet

int n;

BEGIN
{
	@a["x"] = sum(50);
	normalize(@a, 5);
	printa("%@d\n", @a);
	clear(@a);
	printa("%@d\n", @a);
}

tick-20ms
/n++ == 0/
{
	@a["x"] = sum(100);
}

tick-20ms
/n == 3/
{
	printa("%@d\n", @a);
	exit(0);
}
