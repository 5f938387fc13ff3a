/* Struct variables of every scope, and assignment between them. */
#pragma D option quiet

struct s { int a; char b; long c; };
struct s g;
this struct s t;
self struct s f;
struct s m[int];
self struct s n[string];

BEGIN
{
	g.a = 1; g.b = 2; g.c = 3;
	this->t = g;
	this->t.a = 10;
	self->f = this->t;
	self->f.b = 20;
	m[5] = self->f;
	self->n["k"] = m[5];
	printf("%d %d %d\n", g.a, g.b, g.c);
	printf("%d %d %d\n", this->t.a, this->t.b, this->t.c);
	printf("%d %d %d\n", self->f.a, self->f.b, self->f.c);
	printf("%d %d %d\n", m[5].a, m[5].b, m[5].c);
	printf("%d %d %d\n", self->n["k"].a, self->n["k"].b, self->n["k"].c);
	printf("%d\n", m[6].a);
	exit(0);
}
