/* The base is a constant. */
#pragma D option quiet

BEGIN
{
	x = 0;
	@a = lquantize(1, x, 10);
	exit(0);
}
