BEGIN
{
	printf("%hld", 1);
}
