/* A translator that uses another one. */
#pragma D option quiet

struct a { int v; };
struct b { int w; };
struct c { int x; int y; };

translator struct b < struct a *p > {
	w = p->v * 2;
};

translator struct c < struct a *p > {
	x = xlate<struct b>(p).w + 1;
	y = xlate<struct b *>(p)->w + 2;
};

struct a *p;

BEGIN
{
	p = (struct a *)alloca(sizeof (struct a));
	p->v = 10;
	printf("%d %d\n", xlate<struct c>(p).x, xlate<struct c *>(p)->y);
	exit(0);
}
