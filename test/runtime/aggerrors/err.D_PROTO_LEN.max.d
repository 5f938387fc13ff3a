/* max() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = max();
	exit(0);
}
