/* With more %@ than aggregations the last one is repeated. */
#pragma D option quiet

BEGIN
{
	@a["k"] = sum(1);
	@b["k"] = sum(2);
	printa("%s %@d %@d %@d\n", @a, @b);
	exit(0);
}
