/* Ten aggregations in one printa(). */
#pragma D option quiet

BEGIN
{
	@a["k"] = sum(1);
	@b["k"] = sum(2);
	@c["k"] = sum(3);
	@d["k"] = sum(4);
	@e["k"] = sum(5);
	@f["k"] = sum(6);
	@g["k"] = sum(7);
	@h["k"] = sum(8);
	@i["k"] = sum(9);
	@j["l"] = sum(10);
	printa("%s %@d %@d %@d %@d %@d %@d %@d %@d %@d %@d\n", @a, @b, @c, @d, @e, @f, @g, @h, @i, @j);
	exit(0);
}
