/* Distributions with keys, in the order of their sums. */
#pragma D option quiet

BEGIN
{
	@["b"] = llquantize(70, 10, 0, 1, 10);
	@["a"] = llquantize(30, 10, 0, 1, 10);
	@["c"] = llquantize(3, 10, 0, 1, 10);
	exit(0);
}
