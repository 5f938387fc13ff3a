/* There are at least as many steps as the factor. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3, 5);
	exit(0);
}
