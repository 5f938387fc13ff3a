/* Bars are rounded to the nearest column. */
#pragma D option quiet

BEGIN
{
	@a = quantize(1, 1);
	@a = quantize(2, 79);
	@b = quantize(1, 1);
	@b = quantize(2, 78);
	@c = quantize(1, 1000000);
	@c = quantize(2, 1);
	@c = quantize(4, 12500);
	@c = quantize(8, 12499);
	exit(0);
}
