/* The base is less than the limit. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 100, 0, 10);
	exit(0);
}
