/* the limit has 32 bits */
BEGIN
{
	@a = lquantize(1, 0, 4294967296);
}
