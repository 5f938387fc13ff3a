/* lquantize() takes at least three. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 2);
	exit(0);
}
