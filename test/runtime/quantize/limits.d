/* The least and the greatest numbers there are. */
#pragma D option quiet

BEGIN
{
	@lo = quantize(-9223372036854775807 - 1);
	@lo2 = quantize(-9223372036854775807);
	@hi = quantize(9223372036854775807);
	@top = quantize(4611686018427387904);
	@un = quantize(18446744073709551615ull);
	exit(0);
}
