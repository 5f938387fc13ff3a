/* A whole translation can be assigned to a variable of the output type. */
#pragma D option quiet

struct in { int a; char b; };
struct out { long x; string n; int y; };

translator struct out < struct in *i > {
	x = i->a * 100;
	n = i->b == 'q' ? "is q" : "other";
	y = -1;
};

struct in *p;
struct out o;
self struct out so;

BEGIN
{
	p = (struct in *)alloca(sizeof (struct in));
	p->a = 3;
	p->b = 'q';
	o = xlate<struct out>(p);
	self->so = o;
	p->a = 0;
	printf("%d %s %d\n", o.x, o.n, o.y);
	printf("%d %s %d\n", self->so.x, self->so.n, self->so.y);
	exit(0);
}
