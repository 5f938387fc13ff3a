/* Distributions with keys, in the order of their sums. */
#pragma D option quiet

BEGIN
{
	@["high"] = lquantize(9, 0, 10, 1);
	@["low"] = lquantize(1, 0, 10, 1);
	@["twice"] = lquantize(3, 0, 10, 1);
	@["twice"] = lquantize(3, 0, 10, 1);
	exit(0);
}
