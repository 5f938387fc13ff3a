/* The same for linear ones. */
#pragma D option quiet

BEGIN
{
	@q["b: 8"] = lquantize(8, 0, 10, 2);
	@q["c: 4 4 4"] = lquantize(4, 0, 10, 2);
	@q["c: 4 4 4"] = lquantize(4, 0, 10, 2);
	@q["c: 4 4 4"] = lquantize(4, 0, 10, 2);
	@q["a: 8 0"] = lquantize(8, 0, 10, 2);
	@q["a: 8 0"] = lquantize(0, 0, 10, 2);
	@q["d: below"] = lquantize(-5, 0, 10, 2);
	@q["e: above"] = lquantize(500, 0, 10, 2);
	printa("%s %@d", @q);
	exit(0);
}
