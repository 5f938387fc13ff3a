#pragma D option quiet

struct s { int a; long b; } g, *p;

BEGIN
{
	p = &g;
	(&g)->a = 4;
	printf("%d %d\n", *&g.a, (&*p)->a);
	printf("%d\n", (&g.b) - (long *)&g);
	printf("%p %d\n", &((struct s *)0)->b, (int)&((struct s *)0)->b);
	x = (struct s *)&g;
	printf("%d\n", x->a);
	printf("%d\n", sizeof (g) == sizeof (*p) && sizeof (struct s) == sizeof (*&g));
	(*p).b = 5;
	printf("%d\n", (*&g).b);
	this->q = &p->b;
	*this->q += 2;
	printf("%d\n", g.b);
	exit(0);
}
