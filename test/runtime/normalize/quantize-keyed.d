/* Distributions show divided counts; their bars do not change. */
#pragma D option quiet

BEGIN
{
	@q["k"] = quantize(1, 30);
	@q["k"] = quantize(2, 10);
	normalize(@q, 3);
	exit(0);
}
