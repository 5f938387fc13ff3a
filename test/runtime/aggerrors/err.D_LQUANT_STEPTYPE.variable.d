/* The step is a constant. */
#pragma D option quiet

BEGIN
{
	x = 1;
	@a = lquantize(1, 0, 10, x);
	exit(0);
}
