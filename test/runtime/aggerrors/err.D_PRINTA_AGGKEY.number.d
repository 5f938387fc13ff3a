/* Aggregations of one printa() have the same keys. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	@b[1, 2] = count();
	printa(@a, @b);
	exit(0);
}
