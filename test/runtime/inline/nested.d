#pragma D option quiet

inline int f[int a] = a + 1;
inline int g[int a, int b] = f[a] * f[b];
inline int h[int a] = g[a, g[a, a]];

BEGIN
{
	printf("%d %d %d\n", f[1], g[1, 2], h[1]);
	x = 3;
	printf("%d\n", h[x++]);
	exit(0);
}
