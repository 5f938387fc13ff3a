/* quantize() takes a value. */
#pragma D option quiet

BEGIN
{
	@a = quantize();
	exit(0);
}
