#pragma D option quiet

BEGIN
{
	i = 10;
	i += 5;
	printf("%d ", i);
	i -= 3;
	printf("%d ", i);
	i *= 4;
	printf("%d ", i);
	i /= 5;
	printf("%d ", i);
	i %= 5;
	printf("%d ", i);
	i <<= 6;
	printf("%d ", i);
	i >>= 2;
	printf("%d ", i);
	i |= 3;
	printf("%d ", i);
	i &= 0x1e;
	printf("%d ", i);
	i ^= 0xff;
	printf("%d\n", i);
	j = (i = 7) + (k = 8);
	printf("%d %d %d\n", i, j, k);
	a = b = c = 9;
	printf("%d %d %d\n", a, b, c);
	exit(0);
}
