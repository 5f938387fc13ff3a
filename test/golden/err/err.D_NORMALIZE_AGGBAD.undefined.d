/* the aggregation is nowhere defined */
BEGIN
{
	normalize(@a, 1);
}
