#pragma D option quiet

BEGIN
{
	printf("%d %d %d\n", 10, 010, 0x10);
	printf("%d %d %d %d\n", 10u, 10l, 10ul, 10ull);
	printf("%d\n", 0xffffffffffffffff == -1);
	printf("%u\n", 18446744073709551615);
	printf("%d\n", 0x7fffffffffffffff);
	printf("%d %d %d %d\n", sizeof (1), sizeof (1l), sizeof (2147483648), sizeof (4294967295));
	printf("%d %d\n", sizeof (0xffffffff), sizeof (0x100000000));
	printf("%x %X %o\n", 0xabcdef, 0xABCDEF, 0777);
	exit(0);
}
