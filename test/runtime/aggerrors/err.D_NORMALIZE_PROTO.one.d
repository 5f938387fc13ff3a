/* normalize() takes a divisor. */
#pragma D option quiet

BEGIN
{
	@a = count();
	normalize(@a);
	exit(0);
}
