/* clear() keeps the keys, at zero. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(10);
	@a["y"] = sum(5);
	printa("%s %@d\n", @a);
	clear(@a);
	printa("%s %@d\n", @a);
	printa(@a);
	exit(0);
}
