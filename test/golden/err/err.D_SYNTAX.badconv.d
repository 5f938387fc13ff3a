/* there is no such conversion */
BEGIN
{
	printf("%z\n", pid);
}
