/* -xaggzoom: the longest bar of a distribution fills the line. */
#pragma D option quiet
#pragma D option aggzoom

BEGIN
{
	@ = quantize(1, 10);
	@ = quantize(2, 20);
	@ = quantize(4, 40);
	@ = quantize(8, 5);
	@l = lquantize(1, 0, 4, 1, 3);
	@l = lquantize(2, 0, 4, 1, 1);
	exit(0);
}
