/* Three aggregations, each of another function. */
#pragma D option quiet

BEGIN
{
	@c["one", 1] = count();
	@s["one", 1] = sum(10);
	@m["one", 1] = max(7);
	@c["two", 2] = count();
	@c["two", 2] = count();
	@s["two", 2] = sum(-10);
	@m["three", 3] = max(99);
	printa("%s %d: %@d %@d %@d\n", @c, @s, @m);
	printa(@c, @s, @m);
	exit(0);
}
