/* Distributions with keys, in the order of their sums. */
#pragma D option quiet

BEGIN
{
	@["large", 2] = quantize(1000);
	@["small", 1] = quantize(10);
	@["many", 3] = quantize(100);
	@["many", 3] = quantize(100);
	@["negative", 4] = quantize(-10);
	exit(0);
}
