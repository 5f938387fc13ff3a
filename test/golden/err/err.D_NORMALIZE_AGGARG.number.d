/* normalize() normalizes aggregations */
BEGIN
{
	normalize(1, 1);
}
