/* Division and modulo of negative numbers cut towards zero. */
#pragma D option quiet

BEGIN
{
	a = -7;
	b = 2;
	printf("%d %d\n", a / b, a % b);
	printf("%d %d\n", a / -b, a % -b);
	printf("%d %d\n", 7 / -2, 7 % -2);
	printf("%d %d\n", -7 / 2, -7 % 2);
	exit(0);
}
