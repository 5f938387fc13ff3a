/* a format may not end in a conversion */
BEGIN
{
	printf("%", pid);
}
