#pragma D option quiet

BEGIN
{
	a = 3; b = 4;
	printf("%d%d%d%d%d%d\n", a < b, a <= b, a > b, a >= b, a == b, a != b);
	b = 3;
	printf("%d%d%d%d%d%d\n", a < b, a <= b, a > b, a >= b, a == b, a != b);
	printf("%d\n", (a < b) + (a == b) * 2 + 5);
	printf("%d\n", 3 > 2 > 1);
	exit(0);
}
