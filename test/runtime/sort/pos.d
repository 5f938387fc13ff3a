/* Several aggregations in one printa(): the first decides, or the one chosen. */
#pragma D option quiet
#pragma D option aggsortpos=1

BEGIN
{
	@a["x"] = sum(1);
	@b["x"] = sum(9);
	@c["x"] = sum(5);
	@a["y"] = sum(2);
	@b["y"] = sum(8);
	@c["y"] = sum(6);
	@a["z"] = sum(3);
	@b["z"] = sum(10);
	@c["z"] = sum(4);
	printa("%s %@d %@d %@d\n", @a, @b, @c);
	printa("%s %@d %@d %@d\n", @b, @a, @c);
	printa("%s %@d\n", @a);
	exit(0);
}
