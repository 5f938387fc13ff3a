/* an aggregating function stands right of an aggregation */
BEGIN
{
	count();
}
