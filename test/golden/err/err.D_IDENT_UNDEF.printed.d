BEGIN
{
	printf("%d", nosuch);
}
