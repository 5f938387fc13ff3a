/* @opts: -q */
BEGIN
{
	printf("%d %i\n", 4294967295u, 4294967295u);
	printf("%d\n", 18446744073709551615ull);
	printf("%u\n", -1);
	exit(0);
}
