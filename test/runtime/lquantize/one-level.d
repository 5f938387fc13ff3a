/* One level. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(0, 0, 100, 100);
	@ = lquantize(99, 0, 100, 100);
	@ = lquantize(100, 0, 100, 100);
	exit(0);
}
