/* With -xaggzoom the fullest bucket has the greatest weight. */
#pragma D option quiet
#pragma D option aggpack
#pragma D option aggzoom
#pragma D option encoding=ascii

BEGIN
{
	@["read"] = quantize(4, 10);
	@["read"] = quantize(8, 50);
	@["read"] = quantize(16, 100);
	@["read"] = quantize(64, 25);
	exit(0);
}
