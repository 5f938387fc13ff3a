#pragma D option quiet

BEGIN
{
	a = "apple"; b = "Apple"; c = "apples"; d = "";
	printf("%d%d%d%d%d%d\n", a < b, a > b, a < c, c > a, d < a, d == "");
	printf("%d%d%d\n", a <= a, a >= a, a != a);
	printf("%d\n", "\377" > "a");
	x = "12345678"; y = "12345679"; z = "123456789";
	printf("%d%d%d%d\n", x < y, y < z, x < z, x == "12345678");
	printf("%d\n", execname == "dtrace" || execname != "dtrace");
	exit(0);
}
