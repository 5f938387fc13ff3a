/* Without keys. */
#pragma D option quiet
#pragma D option aggpack
#pragma D option encoding=ascii

BEGIN
{
	@ = quantize(0);
	@ = quantize(5);
	exit(0);
}
