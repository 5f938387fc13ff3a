/* A pointer chosen between structs. */
#pragma D option quiet

struct s { int a; } x, y, *p;

BEGIN
{
	x.a = 1; y.a = 2;
	i = 1;
	p = i ? &x : &y;
	printf("%d\n", p->a);
	printf("%d\n", (i ? &y : &x)->a);
	(i ? &x : &y)->a = 9;
	printf("%d %d\n", x.a, y.a);
	exit(0);
}
