/* The number of steps is a constant. */
#pragma D option quiet

BEGIN
{
	x = 10;
	@a = llquantize(1, 10, 0, 3, x);
	exit(0);
}
