/* The same number of steps at each use. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3, 10);
	@a = llquantize(1, 10, 0, 3, 20);
	exit(0);
}
