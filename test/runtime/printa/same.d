/* The same aggregation twice. */
#pragma D option quiet

BEGIN
{
	@a["k"] = sum(1);
	@a["l"] = sum(2);
	printa("%s %@d %@x\n", @a, @a);
	exit(0);
}
