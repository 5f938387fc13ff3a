/* The same factor at each use. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3, 10);
	@a = llquantize(1, 2, 0, 3, 2);
	exit(0);
}
