/* every argument wants a conversion */
BEGIN
{
	printf("%d\n", pid, tid);
}
