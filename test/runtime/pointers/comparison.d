#pragma D option quiet

BEGIN
{
	p = (char *)alloca(10);
	q = p + 5;
	printf("%d%d%d%d%d%d\n", p < q, p <= q, p > q, p >= q, p == q, p != q);
	r = q - 5;
	printf("%d%d\n", p == r, p != r);
	printf("%d\n", p && q);
	printf("%d\n", (p ? 1 : 2));
	v = (void *)p;
	printf("%d\n", v == p);
	exit(0);
}
