/* The high magnitude is a constant. */
#pragma D option quiet

BEGIN
{
	x = 3;
	@a = llquantize(1, 10, 0, x, 10);
	exit(0);
}
