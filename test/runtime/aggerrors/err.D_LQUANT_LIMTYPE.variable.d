/* The limit is a constant. */
#pragma D option quiet

BEGIN
{
	x = 10;
	@a = lquantize(1, 0, x);
	exit(0);
}
