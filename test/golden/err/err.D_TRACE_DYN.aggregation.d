/* an aggregation is no value */
BEGIN
{
	@a = count();
	trace(@a);
}
