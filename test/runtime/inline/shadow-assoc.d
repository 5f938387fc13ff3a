/* Parameters hide globals of the same name. */
#pragma D option quiet

int n;
inline int f[int n] = n + 1;

BEGIN
{
	n = 100;
	printf("%d %d\n", f[5], f[n]);
	exit(0);
}
