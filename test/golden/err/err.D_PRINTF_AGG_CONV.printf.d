/* %@ is for printa() */
BEGIN
{
	printf("%@d\n", pid);
}
