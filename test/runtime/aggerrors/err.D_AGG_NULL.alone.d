/* An aggregation by itself is no statement. */
#pragma D option quiet

BEGIN
{
	@a;
	exit(0);
}
