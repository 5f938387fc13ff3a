/* the limit is constant */
BEGIN
{
	@a = lquantize(1, 0, pid);
}
