/* The step is positive. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, -1);
	exit(0);
}
