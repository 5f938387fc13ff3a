/* The base has 32 bits. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 10000000000, 10000000010);
	exit(0);
}
