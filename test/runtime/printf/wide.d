/* @opts: -q */
BEGIN
{
	printf("%wc%wc%lc\n", 0x41, 0xe9, 0x20ac);
	exit(0);
}
