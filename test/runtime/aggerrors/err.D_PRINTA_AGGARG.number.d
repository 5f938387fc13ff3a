/* printa() takes aggregations. */
#pragma D option quiet

BEGIN
{
	printa("%@d\n", 1);
	exit(0);
}
