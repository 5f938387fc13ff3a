/* The low magnitude is a constant. */
#pragma D option quiet

BEGIN
{
	x = 0;
	@a = llquantize(1, 10, x, 3, 10);
	exit(0);
}
