/* @opts: -q */
BEGIN
{
	printf("[%?d] [%?x]\n", 1, 0xabc);
	exit(0);
}
