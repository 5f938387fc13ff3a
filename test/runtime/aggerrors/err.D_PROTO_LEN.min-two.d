/* min() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = min(1, 2);
	exit(0);
}
