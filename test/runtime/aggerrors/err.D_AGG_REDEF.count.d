/* One aggregation, one function. */
#pragma D option quiet

BEGIN
{
	@a = count();
	@a = sum(1);
	exit(0);
}
