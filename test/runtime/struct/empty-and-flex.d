#pragma D option quiet

struct tail { int n; char data[0]; };
struct flex { int n; int v[]; };

BEGIN
{
	p = (struct flex *)alloca(32);
	p->n = 3;
	p->v[0] = 1; p->v[2] = 9;
	printf("%d %d %d %d\n", sizeof (struct tail), sizeof (struct flex), p->v[2], p->v[0]);
	exit(0);
}
