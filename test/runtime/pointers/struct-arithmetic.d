#pragma D option quiet

struct s { int a; long b; };
struct s *p, *q;

BEGIN
{
	p = (struct s *)alloca(4 * sizeof (struct s));
	p[0].a = 1; p[1].a = 2; p[2].a = 3; (p + 3)->a = 4;
	q = p + 3;
	printf("%d %d %d %d\n", p->a, (p + 1)->a, q->a, (q - 1)->a);
	printf("%d %d\n", q - p, (char *)q - (char *)p);
	q--;
	printf("%d\n", q->a);
	printf("%d\n", (*(p + 1)).a);
	bp = &p[2].b;
	*bp = 77;
	printf("%d %d\n", p[2].b, (uintptr_t)bp - (uintptr_t)p);
	exit(0);
}
