/* @opts: -q */
BEGIN
{
	x = 3;
	printf("%s %s\n", x > 2 ? "more" : "less", x > 5 ? "more" : "less");
	exit(0);
}
