/* an aggregation takes an aggregating function */
BEGIN
{
	@a = strlen("x");
}
