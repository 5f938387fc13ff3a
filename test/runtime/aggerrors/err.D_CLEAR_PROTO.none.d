/* clear() takes an aggregation. */
#pragma D option quiet

BEGIN
{
	clear();
	exit(0);
}
