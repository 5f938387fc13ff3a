/* The aggregation without a name. */
#pragma D option quiet

BEGIN
{
	@ = count();
	@ = count();
	printa(@);
	printa("%@d\n", @);
	exit(0);
}
