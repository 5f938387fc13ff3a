/* Values are divided when they are shown. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1000);
	@a["y"] = sum(-1000);
	@a["z"] = sum(5);
	printa(@a);
	normalize(@a, 10);
	printa(@a);
	printa("%s %@d\n", @a);
	normalize(@a, 1000);
	printa("%s %@d\n", @a);
	exit(0);
}
