/* The factor is a constant. */
#pragma D option quiet

BEGIN
{
	x = 10;
	@a = llquantize(1, x, 0, 3, 10);
	exit(0);
}
