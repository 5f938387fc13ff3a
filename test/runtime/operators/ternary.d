#pragma D option quiet

BEGIN
{
	x = 0; y = 1;
	printf("%d %d\n", x ? 1 : 2, y ? 1 : 2);
	printf("%d\n", x ? y ? 1 : 2 : y ? 3 : 4);
	printf("%s\n", x ? "a" : y ? "b" : "c");
	z = y ? (x = 5, x + 1) : 0;
	printf("%d %d\n", z, x);
	p = y ? (int *)alloca(4) : NULL;
	printf("%d\n", p != NULL);
	q = x == 0 ? p : NULL;
	printf("%d\n", q == NULL);
	printf("%d\n", y ? -1 : 1u);
	printf("%d\n", (y ? -1 : 1u) > 0);
	s = x ? execname : "none";
	printf("%d\n", s == execname);
	m[x ? 1 : 2] = 7;
	printf("%d\n", m[1]);
	exit(0);
}
