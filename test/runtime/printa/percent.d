/* Percent signs and escapes. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(3);
	printa("100%% %s\t%@d\n", @a);
	exit(0);
}
