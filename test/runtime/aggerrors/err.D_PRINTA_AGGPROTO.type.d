/* Aggregations of one printa() have keys of the same types. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	@b["x"] = count();
	printa(@a, @b);
	exit(0);
}
