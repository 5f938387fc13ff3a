/* Orders of magnitude that do not start at 0. */
#pragma D option quiet

BEGIN
{
	@ = llquantize(999, 10, 3, 6, 10);
	@ = llquantize(1000, 10, 3, 6, 10);
	@ = llquantize(999999, 10, 3, 6, 10);
	@ = llquantize(5000000, 10, 3, 6, 10);
	@ = llquantize(10000000, 10, 3, 6, 10);
	exit(0);
}
