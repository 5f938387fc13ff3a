/* printa() takes aggregations only. */
#pragma D option quiet

BEGIN
{
	@a = count();
	printa("%@d\n", @a, 1);
	exit(0);
}
