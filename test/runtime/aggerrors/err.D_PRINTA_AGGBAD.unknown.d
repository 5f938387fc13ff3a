/* printa() of an aggregation that is never filled. */
#pragma D option quiet

BEGIN
{
	printa(@nosuch);
	exit(0);
}
