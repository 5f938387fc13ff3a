/* @opts: -q */
BEGIN
{
	printf("100%%\n");
	printf("%d%%%d\n", 1, 2);
	exit(0);
}
