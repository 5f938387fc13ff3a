/* the base is constant */
BEGIN
{
	@a = lquantize(1, pid, 10);
}
