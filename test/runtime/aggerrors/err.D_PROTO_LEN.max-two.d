/* max() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = max(1, 2);
	exit(0);
}
