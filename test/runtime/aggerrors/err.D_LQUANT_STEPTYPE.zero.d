/* The step is not zero. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, 0);
	exit(0);
}
