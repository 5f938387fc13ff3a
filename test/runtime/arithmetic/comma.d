#pragma D option quiet

BEGIN
{
	a = (1, 2, 3);
	printf("%d\n", a);
	b = (a++, a++, a);
	printf("%d %d\n", a, b);
	a = 1, b = 2;
	printf("%d %d\n", a, b);
	exit(0);
}
