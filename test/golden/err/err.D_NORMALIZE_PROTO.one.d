/* normalize() wants a factor */
BEGIN
{
	@a = count();
	normalize(@a);
}
