#pragma D option quiet

int a[4], b[2][3];
char *c[5];
struct { int x[3]; } d[2];
int e[1 + 2 * 3];
typedef int t_t[6];
t_t f[2];
int g[int], h[int, string];
string i[string];

BEGIN
{
	printf("%d %d %d %d %d %d %d\n", sizeof (a), sizeof (b), sizeof (c), sizeof (d), sizeof (e),
	    sizeof (f), sizeof (t_t));
	g[-5] = 1;
	h[1, "x"] = 2;
	i["k"] = "v";
	printf("%d %d %s\n", g[-5], h[1, "x"], i["k"]);
	exit(0);
}
