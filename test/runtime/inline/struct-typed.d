#pragma D option quiet

typedef struct { int x, y; } pt_t;
pt_t p;
inline int total = p.x + p.y;
inline int with[int k] = p.x * k;

BEGIN
{
	p.x = 3; p.y = 4;
	printf("%d %d\n", total, with[10]);
	exit(0);
}
