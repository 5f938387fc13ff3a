/* There is at least one level. */
#pragma D option quiet

BEGIN
{
	@a = lquantize(1, 0, 10, 20);
	exit(0);
}
