/* @opts: -q */
BEGIN
{
	printf("[%*d] [%-*d] [%0*d]\n", 6, 42, 6, 42, 6, 42);
	printf("[%*d]\n", -6, 42);
	printf("[%.*d] [%*.*s]\n", 4, 42, 8, 2, "abcdef");
	exit(0);
}
