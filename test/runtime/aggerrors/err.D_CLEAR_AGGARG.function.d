/* clear() takes an aggregation. */
#pragma D option quiet

BEGIN
{
	clear(count());
	exit(0);
}
