/* %s is for strings */
BEGIN
{
	printf("%s\n", pid);
}
