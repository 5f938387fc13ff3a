#pragma D option quiet

int a[5];
char b[4];
long c[3];

BEGIN
{
	a[0] = 1; a[4] = 5;
	i = 3;
	a[i] = 4;
	a[i - 1] = 3;
	printf("%d %d %d %d %d\n", a[0], a[1], a[2], a[3], a[4]);
	a[i]++; --a[i - 1]; a[0] += 10; a[4] <<= 2; a[1] |= 6;
	printf("%d %d %d %d %d\n", a[0], a[1], a[2], a[3], a[4]);
	b[3] = 200;
	c[2] = 1ll << 50;
	printf("%d %d\n", b[3], c[2]);
	printf("%d %d %d %d\n", sizeof (a), sizeof (b), sizeof (c), sizeof (a) / sizeof (a[0]));
	a[a[2]] = 8;
	printf("%d\n", a[2]);
	exit(0);
}
