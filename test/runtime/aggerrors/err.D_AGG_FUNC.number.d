/* An aggregation takes what an aggregating function makes of values. */
#pragma D option quiet

BEGIN
{
	@a = 1;
	exit(0);
}
