/* Counts below zero. */
#pragma D option quiet
#pragma D option aggpack
#pragma D option encoding=ascii

BEGIN
{
	@["a"] = quantize(4, 10);
	@["a"] = quantize(8, -10);
	@["b"] = quantize(-4);
	exit(0);
}
