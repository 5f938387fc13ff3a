#pragma D option quiet

struct s {
	int a;
	union {
		int u;
		char c[4];
	};
	struct {
		short x, y;
	};
};
struct s v;

BEGIN
{
	v.a = 1;
	v.u = 0x41424344;
	v.x = 3;
	v.y = 4;
	printf("%d %c%c%c%c %d %d %d\n", v.a, v.c[0], v.c[1], v.c[2], v.c[3], v.x, v.y, sizeof (v));
	exit(0);
}
