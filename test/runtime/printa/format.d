/* With a format: nothing but what it says. */
#pragma D option quiet

BEGIN
{
	@a["x", 1] = sum(3);
	@a["y", 2] = sum(1);
	printa("[%s] [%d] [%@d]\n", @a);
	exit(0);
}
