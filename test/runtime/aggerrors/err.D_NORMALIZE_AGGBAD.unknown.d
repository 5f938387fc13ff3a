/* normalize() of an aggregation that is never filled. */
#pragma D option quiet

BEGIN
{
	normalize(@nosuch, 2);
	exit(0);
}
