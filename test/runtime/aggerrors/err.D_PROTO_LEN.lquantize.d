/* lquantize() takes at least three. */
#pragma D option quiet

BEGIN
{
	@a = lquantize();
	exit(0);
}
