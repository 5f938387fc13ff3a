/* Values of both signs. */
#pragma D option quiet

BEGIN
{
	@ = quantize(-6);
	@ = quantize(-1);
	@ = quantize(0);
	@ = quantize(1);
	@ = quantize(6);
	exit(0);
}
