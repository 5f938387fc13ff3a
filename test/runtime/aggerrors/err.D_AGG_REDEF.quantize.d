/* quantize() and lquantize() are different functions. */
#pragma D option quiet

BEGIN
{
	@a = quantize(1);
	@a = lquantize(1, 0, 10);
	exit(0);
}
