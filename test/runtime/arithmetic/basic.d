/* The binary operators on integers. */
#pragma D option quiet

BEGIN
{
	i = 5;
	printf("%d %d %d %d %d\n", i + 3, i - 8, i * 7, i / 2, i % 3);
	printf("%d %d %d\n", i & 6, i | 8, i ^ 1);
	printf("%d %d\n", i << 3, i >> 1);
	printf("%d %d %d\n", -i, ~i, !i);
	printf("%d\n", 1 + 2 * 3 - 4 / 2);
	printf("%d\n", (1 + 2) * (3 - 4) / 2);
	printf("%d\n", 7 & 3 == 3);
	printf("%d\n", 1 << 2 + 1);
	exit(0);
}
