/* The same limit at each use. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, 1);
	@a = lquantize(1, 0, 11, 1);
	exit(0);
}
