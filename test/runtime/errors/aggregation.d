/* An aggregation before the fault counts, what follows it does not. */
#pragma D option quiet

int y;

BEGIN
{
	@a = count();
	x = 1 / y;
	@b = count();
}

BEGIN
{
	printa("%@d\n", @a);
	printa("%@d\n", @b);
	exit(0);
}
