/* @opts: -q */
BEGIN
{
	printf("%s %d %s\n", strjoin("a", "b"), strlen("four"), substr("hello", 1, 3));
	printf("%-10s|%10s|\n", probename, probeprov);
	exit(0);
}
