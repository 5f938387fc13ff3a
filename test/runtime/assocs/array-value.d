/* An element that is an array can be indexed further. */
#pragma D option quiet

typedef int row_t[3];
struct m { row_t r; };
struct m a[int];

BEGIN
{
	a[1].r[0] = 5;
	a[1].r[2] = 7;
	i = 1;
	a[1].r[i] = 6;
	printf("%d %d %d %d\n", a[1].r[0], a[1].r[1], a[1].r[2], a[2].r[0]);
	exit(0);
}
