/* Only one of two in a printa(). */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(100);
	@b["x"] = sum(100);
	normalize(@b, 10);
	printa("%s %@d %@d\n", @a, @b);
	exit(0);
}
