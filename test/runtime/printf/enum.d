/* @opts: -q */
BEGIN
{
	printf("%d %s\n", DTRACEFLT_BADADDR, "is 1");
	exit(0);
}
