/* stddev() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = stddev(1, 2);
	exit(0);
}
