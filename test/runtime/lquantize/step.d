/* A step of more than one. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(99, 100, 200, 20);
	@ = lquantize(100, 100, 200, 20);
	@ = lquantize(119, 100, 200, 20);
	@ = lquantize(120, 100, 200, 20);
	@ = lquantize(199, 100, 200, 20);
	@ = lquantize(200, 100, 200, 20);
	exit(0);
}
