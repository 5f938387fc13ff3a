/* Distributions by the sum of bucket times count, equal ones by what is at zero. */
#pragma D option quiet

BEGIN
{
	@q["b: 8"] = quantize(8);
	@q["c: 4 4 4"] = quantize(4);
	@q["c: 4 4 4"] = quantize(4);
	@q["c: 4 4 4"] = quantize(4);
	@q["a: 8 0"] = quantize(8);
	@q["a: 8 0"] = quantize(0);
	@q["d: -1"] = quantize(-1);
	normalize(@q, 1);
	printa("%s %@d", @q);
	exit(0);
}
