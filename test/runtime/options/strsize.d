/* @opts: -q -xstrsize=16 */
BEGIN
{
	x = "0123456789abcdefghij";
	printf("%s %d\n", x, strlen(x));
	printf("%s\n", strjoin(x, x));
	printf("%d\n", sizeof (string));
	exit(0);
}
