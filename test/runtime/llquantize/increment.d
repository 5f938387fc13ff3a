/* Increments. */
#pragma D option quiet

BEGIN
{
	@ = llquantize(3, 10, 0, 1, 10, 5);
	@ = llquantize(30, 10, 0, 1, 10, 15);
	@m = llquantize(3, 10, 0, 1, 10, 5);
	@m = llquantize(30, 10, 0, 1, 10, -15);
	exit(0);
}
