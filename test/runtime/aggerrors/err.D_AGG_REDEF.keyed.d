/* One aggregation, one function, whatever the keys. */
#pragma D option quiet

BEGIN
{
	@a[1] = min(1);
	@a[2] = max(1);
	exit(0);
}
