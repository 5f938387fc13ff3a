/* A member that the translator does not set is zero in a whole translation. */
#pragma D option quiet

struct in { int a; };
struct out { int x; int y; };

translator struct out < struct in *i > {
	x = i->a;
};

struct in *p;
struct out o;

BEGIN
{
	p = (struct in *)alloca(sizeof (struct in));
	p->a = 6;
	o.y = 99;
	o = xlate<struct out>(p);
	printf("%d %d\n", o.x, o.y);
	exit(0);
}
