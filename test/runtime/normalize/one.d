/* By one: nothing changes. */
#pragma D option quiet

BEGIN
{
	@a = sum(42);
	normalize(@a, 1);
	exit(0);
}
