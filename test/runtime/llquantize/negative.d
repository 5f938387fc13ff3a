/* Negative values are below the range. */
#pragma D option quiet

BEGIN
{
	@ = llquantize(-1, 10, 0, 1, 10);
	@ = llquantize(-1000000, 10, 0, 1, 10);
	@ = llquantize(3, 10, 0, 1, 10);
	exit(0);
}
