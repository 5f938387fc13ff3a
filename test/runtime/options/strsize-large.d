/* @opts: -q -xstrsize=4k */
BEGIN
{
	s = "0123456789012345678901234567890123456789012345678901234567890123";
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, s);
	s = strjoin(s, s);
	printf("%d\n", strlen(s));
	exit(0);
}
