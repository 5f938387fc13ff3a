/* clear() clears aggregations */
BEGIN
{
	clear(1);
}
