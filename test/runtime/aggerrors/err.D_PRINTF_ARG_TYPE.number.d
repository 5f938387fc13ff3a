/* %d of a string. */
#pragma D option quiet

BEGIN
{
	@a["x"] = count();
	printa("%d %@d\n", @a);
	exit(0);
}
