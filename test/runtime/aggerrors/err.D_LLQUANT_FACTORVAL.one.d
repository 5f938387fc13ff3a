/* The factor is at least two. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 1, 0, 3, 10);
	exit(0);
}
