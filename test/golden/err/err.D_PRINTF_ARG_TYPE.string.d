/* %d is for integers */
BEGIN
{
	printf("%d\n", execname);
}
