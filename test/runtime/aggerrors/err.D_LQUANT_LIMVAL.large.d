/* The limit has 32 bits. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10000000000, 1000);
	exit(0);
}
