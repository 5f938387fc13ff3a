#pragma D option quiet

struct s { int n; int v[3]; short m[2][2]; };
struct s x;
struct s y[2];

BEGIN
{
	x.v[2] = 5;
	i = 1;
	x.v[i] = 4;
	x.m[i][0] = 3;
	y[i].v[i + 1] = 9;
	y[0].m[1][1] = -1;
	printf("%d %d %d %d %d %d\n", x.v[0], x.v[1], x.v[2], x.m[1][0], y[1].v[2], y[0].m[1][1]);
	y[0] = x;
	printf("%d %d\n", y[0].v[2], y[0].m[1][0]);
	exit(0);
}
