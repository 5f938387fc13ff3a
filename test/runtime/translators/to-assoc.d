#pragma D option quiet

struct in { int a; };
struct out { int x; string n; };
translator struct out < struct in *i > { x = i->a; n = "name"; };

struct in *p;
struct out m[int];
this struct out t;

BEGIN
{
	p = (struct in *)alloca(4);
	p->a = 8;
	m[1] = xlate<struct out>(p);
	this->t = xlate<struct out>(p);
	p->a = 9;
	m[2] = xlate<struct out>(p);
	printf("%d %s %d %d\n", m[1].x, m[1].n, m[2].x, this->t.x);
	exit(0);
}
