#pragma D option quiet

struct s { unsigned int a : 4; unsigned int b : 4; };
struct s g;
this struct s t;
self struct s f;
struct s m[int];

BEGIN
{
	g.a = 17; g.b = 2;
	this->t.a = 3; this->t.b = g.b;
	self->f.a = 5; self->f.b = self->f.a++;
	m[1].a = 7; m[1].b = 8;
	printf("%d %d %d %d %d %d %d %d\n", g.a, g.b, this->t.a, this->t.b, self->f.a, self->f.b,
	    m[1].a, m[1].b);
	p = (struct s *)alloca(sizeof (struct s));
	p->a = 12; p->b = 13;
	p->a--;
	printf("%d %d\n", p->a, p->b);
	exit(0);
}
