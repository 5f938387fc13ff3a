/* min() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = min();
	exit(0);
}
