/* The same low magnitude at each use. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3, 10);
	@a = llquantize(1, 10, 1, 3, 10);
	exit(0);
}
