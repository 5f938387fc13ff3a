/* quantize() takes no more than an increment. */
#pragma D option quiet

BEGIN
{
	@a = quantize(1, 2, 3);
	exit(0);
}
