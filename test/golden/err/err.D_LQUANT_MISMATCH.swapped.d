/* the limit is above the base */
BEGIN
{
	@a = lquantize(1, 10, 0);
}
