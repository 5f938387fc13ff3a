#pragma D option quiet

BEGIN
{
	u = 0xffffffffffffffff;
	printf("%u %u\n", u / 10, u % 10);
	printf("%d %d\n", (long)u / 10, (long)u % 10);
	i = -1;
	printf("%u\n", i / 2u);
	printf("%u\n", i / 2ul);
	exit(0);
}
