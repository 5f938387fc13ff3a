/* A hundred steps a decade: more than the lowest decades have values. */
#pragma D option quiet

BEGIN
{
	@ = llquantize(1, 10, 0, 3, 100);
	@ = llquantize(42, 10, 0, 3, 100);
	@ = llquantize(123, 10, 0, 3, 100);
	@ = llquantize(1234, 10, 0, 3, 100);
	exit(0);
}
