/* lquantize() wants its limits */
BEGIN
{
	@a = lquantize(1, 2);
}
