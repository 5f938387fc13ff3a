/* Counts wider than their column. */
#pragma D option quiet

BEGIN
{
	@a = quantize(1, 1234567890123);
	@a = quantize(2, 999999999);
	exit(0);
}
