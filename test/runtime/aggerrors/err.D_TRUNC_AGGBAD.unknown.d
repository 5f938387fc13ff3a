/* trunc() of an aggregation that is never filled. */
#pragma D option quiet

BEGIN
{
	trunc(@nosuch);
	exit(0);
}
