BEGIN
{
	printf("%j", 1);
}
