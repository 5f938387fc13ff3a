/* @opts: -q */
BEGIN
{
	printf("plain text\n");
	printf("\n");
	exit(0);
}
