/* The high magnitude is not below the low one. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 3, 1, 10);
	exit(0);
}
