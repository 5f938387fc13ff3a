/* An increment is a number. */
#pragma D option quiet

BEGIN
{
	@a = quantize(1, "x");
	exit(0);
}
