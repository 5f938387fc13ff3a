/* Linear ones show their whole range. */
#pragma D option quiet
#pragma D option aggpack
#pragma D option encoding=ascii

BEGIN
{
	@["a"] = lquantize(0, 0, 50, 5);
	@["a"] = lquantize(10, 0, 50, 5);
	@["a"] = lquantize(10, 0, 50, 5);
	@["b"] = lquantize(100, 0, 50, 5);
	@["b"] = lquantize(-1, 0, 50, 5);
	exit(0);
}
