#pragma D option quiet

struct in { int a; int b; };
struct out { int sum; int diff; };

translator struct out < struct in *i > {
	sum = i->a + i->b;
	diff = i->a - i->b;
};

struct in *p;

BEGIN
{
	p = (struct in *)alloca(sizeof (struct in));
	p->a = 7;
	p->b = 2;
	printf("%d %d\n", xlate<struct out>(p).sum, xlate<struct out>(p).diff);
	printf("%d %d\n", xlate<struct out *>(p)->sum, xlate<struct out *>(p)->diff);
	exit(0);
}
