#pragma D option quiet

BEGIN
{
	a = 2; b = 3; c = 4;
	printf("%d\n", a + b * c - a << 1 & 0xff | 1 ^ 2);
	printf("%d\n", a < b == b < c);
	printf("%d\n", a & b == 3);
	printf("%d\n", !a == 0);
	printf("%d\n", -a * -b);
	printf("%d\n", ~a & 0xf);
	printf("%d\n", a ? b : c ? 1 : 0);
	printf("%d\n", a - b - c);
	printf("%d\n", 100 / a / b);
	printf("%d\n", a = b = 7);
	printf("%d\n", (char)a + 1);
	printf("%d\n", sizeof (int) * 2);
	printf("%d\n", 1 ? 2 , 3 : 4);
	printf("%d\n", a == 7 && b == 7 || c == 0 && 1 / (c - 4));
	printf("%d\n", - - 5);
	printf("%d\n", a+++b);
	printf("%d %d\n", a, b);
	exit(0);
}
