#pragma D option quiet

BEGIN
{
	s = "hello";
	c = (char *)s;
	printf("%c%c %d\n", c[0], *(c + 4), c[5]);
	printf("%c\n", *((char *)"xyz" + 1));
	exit(0);
}
