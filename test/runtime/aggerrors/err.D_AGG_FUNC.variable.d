/* An aggregation takes what an aggregating function makes of values. */
#pragma D option quiet

BEGIN
{
	x = 1;
	@a = x;
	exit(0);
}
