/* Two aggregations without keys. */
#pragma D option quiet

BEGIN
{
	@a = sum(1);
	@b = sum(2);
	printa(@a, @b);
	printa("%@d and %@d\n", @a, @b);
	exit(0);
}
