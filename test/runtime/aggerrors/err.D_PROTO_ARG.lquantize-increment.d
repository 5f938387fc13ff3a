/* An increment is a number. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, 1, "x");
	exit(0);
}
