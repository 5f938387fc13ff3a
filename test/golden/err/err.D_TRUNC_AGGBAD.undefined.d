/* the aggregation is nowhere defined */
BEGIN
{
	trunc(@a);
}
