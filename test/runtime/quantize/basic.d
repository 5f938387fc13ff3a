/* Powers of two and their neighbours. */
#pragma D option quiet

BEGIN
{
	@ = quantize(1);
	@ = quantize(2);
	@ = quantize(3);
	@ = quantize(4);
	@ = quantize(7);
	@ = quantize(8);
	@ = quantize(15);
	@ = quantize(16);
	@ = quantize(1023);
	@ = quantize(1024);
	exit(0);
}
