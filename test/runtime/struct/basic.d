#pragma D option quiet

struct point {
	int x;
	int y;
};

struct point p, q;

BEGIN
{
	p.x = 3;
	p.y = -4;
	printf("%d %d %d\n", p.x, p.y, sizeof (p));
	p.x += 10; p.y++;
	printf("%d %d\n", p.x, p.y);
	q = p;
	p.x = 0;
	printf("%d %d\n", q.x, q.y);
	exit(0);
}
