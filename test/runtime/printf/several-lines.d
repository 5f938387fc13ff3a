/* @opts: -q */
BEGIN
{
	printf("one\ntwo\nthree\n");
	printf("no end");
	printf(" of line\n");
	exit(0);
}
