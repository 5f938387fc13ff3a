/* An increment other than one. */
#pragma D option quiet

BEGIN
{
	@ = quantize(1, 10);
	@ = quantize(4, 30);
	@ = quantize(5, 5);
	exit(0);
}
