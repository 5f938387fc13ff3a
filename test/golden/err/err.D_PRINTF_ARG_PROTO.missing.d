/* every conversion wants an argument */
BEGIN
{
	printf("%d %d\n", pid);
}
