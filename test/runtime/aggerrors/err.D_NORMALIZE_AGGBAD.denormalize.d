/* denormalize() of an aggregation that is never filled. */
#pragma D option quiet

BEGIN
{
	denormalize(@nosuch);
	exit(0);
}
