/* The value may come first, and more than once. */
#pragma D option quiet

BEGIN
{
	@a["x", 1] = sum(3);
	@a["y", 2] = sum(1);
	printa("%@d %@x %s %@5d %d\n", @a);
	exit(0);
}
