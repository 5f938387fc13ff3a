/* Negative values are counted by their magnitudes. */
#pragma D option quiet

BEGIN
{
	@ = quantize(-1);
	@ = quantize(-2);
	@ = quantize(-3);
	@ = quantize(-4);
	@ = quantize(-5);
	@ = quantize(-1024);
	@ = quantize(-1023);
	exit(0);
}
