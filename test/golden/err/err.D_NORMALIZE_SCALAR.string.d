/* the factor is a number */
BEGIN
{
	@a = count();
	normalize(@a, execname);
}
