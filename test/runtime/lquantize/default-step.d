/* The step is 1 when it is left out. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(3, 0, 10);
	@ = lquantize(4, 0, 10);
	exit(0);
}
