/* a width is an integer */
BEGIN
{
	printf("%*d\n", execname, pid);
}
