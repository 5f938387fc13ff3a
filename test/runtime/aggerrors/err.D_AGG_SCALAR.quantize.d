/* Strings fall into no bucket. */
#pragma D option quiet

BEGIN
{
	@a = quantize("x");
	exit(0);
}
