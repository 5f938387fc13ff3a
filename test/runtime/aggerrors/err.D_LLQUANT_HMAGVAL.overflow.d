/* What the magnitudes reach fits 64 bits. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 40, 10);
	exit(0);
}
