/* Below, within and above the range. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(-1, 0, 10, 1);
	@ = lquantize(0, 0, 10, 1);
	@ = lquantize(5, 0, 10, 1);
	@ = lquantize(5, 0, 10, 1);
	@ = lquantize(9, 0, 10, 1);
	@ = lquantize(10, 0, 10, 1);
	@ = lquantize(11, 0, 10, 1);
	exit(0);
}
