/* the type of a key may not change */
BEGIN
{
	@a[1] = count();
	@a["a"] = count();
}
