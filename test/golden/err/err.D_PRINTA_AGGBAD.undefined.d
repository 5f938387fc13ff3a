/* the aggregation is nowhere defined */
BEGIN
{
	printa(@a);
}
