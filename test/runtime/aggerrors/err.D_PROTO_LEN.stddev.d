/* stddev() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = stddev();
	exit(0);
}
