/* how many is a number */
BEGIN
{
	@a = count();
	trunc(@a, execname);
}
