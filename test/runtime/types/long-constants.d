#pragma D option quiet

BEGIN
{
	a = 0x8000000000000000;
	b = 9223372036854775808;
	printf("%d %u %x\n", a, a, a);
	printf("%d\n", a == b);
	printf("%u\n", a + a + 1);
	printf("%d %d\n", a > 0, (long)a > 0);
	printf("%d\n", 4294967296 * 4294967296 == 0);
	printf("%d\n", 2147483647 + 1);
	printf("%d\n", 2147483647 + 1l);
	printf("%u\n", 4294967295 + 1);
	printf("%u\n", 4294967295u + 1);
	exit(0);
}
