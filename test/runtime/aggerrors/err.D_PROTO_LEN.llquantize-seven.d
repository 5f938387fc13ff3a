/* llquantize() takes no more than six. */
#pragma D option quiet

BEGIN
{
	@a = llquantize(1, 10, 0, 3, 10, 1, 1);
	exit(0);
}
