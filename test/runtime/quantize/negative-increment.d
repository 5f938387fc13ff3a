/* Counts below zero hang to the left of the axis. */
#pragma D option quiet

BEGIN
{
	@neg = quantize(1, -10);
	@neg = quantize(4, -30);
	@mixed = quantize(1, 10);
	@mixed = quantize(4, -30);
	@mixed = quantize(8, 20);
	@zero = quantize(4, 10);
	@zero = quantize(4, -10);
	@none = quantize(4, 0);
	exit(0);
}
