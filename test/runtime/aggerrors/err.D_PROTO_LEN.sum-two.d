/* sum() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = sum(1, 2);
	exit(0);
}
