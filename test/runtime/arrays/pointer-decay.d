#pragma D option quiet

struct s { int v[4]; };
struct s *p;
int *q;

BEGIN
{
	p = (struct s *)alloca(sizeof (struct s));
	p->v[0] = 1; p->v[1] = 2; p->v[2] = 3; p->v[3] = 4;
	q = p->v;
	printf("%d %d %d\n", *q, q[1], *(q + 2));
	q = &p->v[2];
	printf("%d %d\n", *q, q - p->v);
	printf("%d\n", *(p->v + 3));
	exit(0);
}
