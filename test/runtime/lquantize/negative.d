/* A range of negative numbers, and one about zero. */
#pragma D option quiet

BEGIN
{
	@n = lquantize(-101, -100, -50, 10);
	@n = lquantize(-100, -100, -50, 10);
	@n = lquantize(-91, -100, -50, 10);
	@n = lquantize(-90, -100, -50, 10);
	@n = lquantize(-51, -100, -50, 10);
	@n = lquantize(-50, -100, -50, 10);
	@z = lquantize(-3, -5, 5, 2);
	@z = lquantize(-1, -5, 5, 2);
	@z = lquantize(0, -5, 5, 2);
	@z = lquantize(1, -5, 5, 2);
	@z = lquantize(100, -5, 5, 2);
	exit(0);
}
