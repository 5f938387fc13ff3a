/* the high magnitude is not below the low one */
BEGIN
{
	@a = llquantize(1, 10, 5, 4, 20);
}
