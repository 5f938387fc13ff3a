/* The divisor is a number. */
#pragma D option quiet

BEGIN
{
	@a = count();
	normalize(@a, "x");
	exit(0);
}
