/* The order is that of the values before. */
#pragma D option quiet

BEGIN
{
	@a["b"] = sum(19);
	@a["a"] = sum(18);
	@a["c"] = sum(17);
	normalize(@a, 10);
	exit(0);
}
