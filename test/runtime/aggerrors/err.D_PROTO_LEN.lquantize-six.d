/* lquantize() takes no more than five. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, 1, 1, 1);
	exit(0);
}
