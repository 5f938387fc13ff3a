/* the base has 32 bits */
BEGIN
{
	@a = lquantize(1, 4294967296, 10);
}
