/* clear() of an aggregation that is never filled. */
#pragma D option quiet

BEGIN
{
	clear(@nosuch);
	exit(0);
}
