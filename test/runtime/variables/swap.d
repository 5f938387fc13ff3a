#pragma D option quiet

BEGIN
{
	a = 1; b = 2;
	t = a; a = b; b = t;
	printf("%d %d\n", a, b);
	a ^= b; b ^= a; a ^= b;
	printf("%d %d\n", a, b);
	s = "x"; r = "y";
	u = s; s = r; r = u;
	printf("%s %s\n", s, r);
	exit(0);
}
