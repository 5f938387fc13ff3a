/* The low magnitude is not negative. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, -1, 3, 10);
	exit(0);
}
