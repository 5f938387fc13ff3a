/* the aggregation is nowhere defined */
BEGIN
{
	clear(@a);
}
