/* printa() takes an aggregation after its format. */
#pragma D option quiet

BEGIN
{
	printa("%@d\n");
	exit(0);
}
