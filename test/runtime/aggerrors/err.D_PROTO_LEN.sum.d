/* sum() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = sum();
	exit(0);
}
