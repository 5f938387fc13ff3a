#pragma D option quiet

struct s { char tag; int v; };
struct s a[4];

BEGIN
{
	i = 2;
	a[0].v = 1;
	a[i].v = 2;
	a[i + 1].v = 3;
	a[i + 1].tag = 'q';
	printf("%d %d %d %d %c\n", a[0].v, a[1].v, a[2].v, a[3].v, a[3].tag);
	a[1] = a[3];
	printf("%d %c\n", a[1].v, a[1].tag);
	a[i].v += a[0].v + a[3].v;
	printf("%d\n", a[2].v);
	exit(0);
}
