/* llquantize() takes at least five. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3);
	exit(0);
}
