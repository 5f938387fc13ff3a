/* trunc() takes an aggregation. */
#pragma D option quiet

BEGIN
{
	trunc();
	exit(0);
}
