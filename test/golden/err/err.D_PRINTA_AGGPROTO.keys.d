/* aggregations in one printa() have the same keys */
BEGIN
{
	@a[1] = count();
	@b["x"] = count();
	printa("%@d %@d\n", @a, @b);
}
