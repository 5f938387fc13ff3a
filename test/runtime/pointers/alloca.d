#pragma D option quiet

int *p, *q;
char *c;

BEGIN
{
	p = (int *)alloca(10 * sizeof (int));
	*p = 5;
	*(p + 1) = 6;
	p[2] = 7;
	q = p;
	q++;
	printf("%d %d %d %d\n", *p, *q, p[2], q[1]);
	printf("%d %d %d\n", q - p, q > p, q == p + 1);
	q += 2;
	printf("%d %d\n", q - p, (uintptr_t)q - (uintptr_t)p);
	*q = 99;
	printf("%d %d\n", p[3], *--q);
	c = (char *)p;
	printf("%d %d %d\n", c[0], c[4], *(c + 8));
	*p++ = 1;
	printf("%d\n", p[-1]);
	exit(0);
}
