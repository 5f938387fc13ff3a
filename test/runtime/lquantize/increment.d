/* Increments, positive and negative. */
#pragma D option quiet

BEGIN
{
	@p = lquantize(1, 0, 4, 1, 10);
	@p = lquantize(2, 0, 4, 1, 30);
	@m = lquantize(1, 0, 4, 1, 10);
	@m = lquantize(2, 0, 4, 1, -30);
	@n = lquantize(1, 0, 4, 1, -10);
	exit(0);
}
