/* The number of levels has 16 bits. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 100000, 1);
	exit(0);
}
