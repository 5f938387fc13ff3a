/* Two translators that lead to each other's types. */
#pragma D option quiet

struct a { int x; };
struct b { int y; };

translator struct a < struct b *p > { x = p->y + 1; };
translator struct b < struct a *p > { y = p->x + 10; };

struct a *pa;
struct b *pb;

BEGIN
{
	pa = (struct a *)alloca(4);
	pb = (struct b *)alloca(4);
	pa->x = 1;
	pb->y = 2;
	printf("%d %d\n", xlate<struct a>(pb).x, xlate<struct b>(pa).y);
	exit(0);
}
