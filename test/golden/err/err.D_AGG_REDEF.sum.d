/* the function may not change */
BEGIN
{
	@a = count();
	@a = sum(1);
}
