/* aggregations in one printa() have the same keys */
BEGIN
{
	@a[1] = count();
	@b[1, 2] = count();
	printa("%@d %@d\n", @a, @b);
}
