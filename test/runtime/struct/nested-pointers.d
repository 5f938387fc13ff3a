#pragma D option quiet

struct c { int v; };
struct b { struct c *c; struct c in; };
struct a { struct b *b; struct b in; } *a;

BEGIN
{
	a = (struct a *)alloca(sizeof (struct a));
	a->b = (struct b *)alloca(sizeof (struct b));
	a->b->c = (struct c *)alloca(sizeof (struct c));
	a->b->c->v = 1;
	a->b->in.v = 2;
	a->in.c = a->b->c;
	a->in.in.v = 3;
	a->in.c->v += 10;
	printf("%d %d %d %d\n", a->b->c->v, a->b->in.v, a->in.c->v, a->in.in.v);
	*a->in.c = a->in.in;
	printf("%d\n", a->b->c->v);
	a->b->in = *a->b->c;
	printf("%d\n", a->b->in.v);
	exit(0);
}
