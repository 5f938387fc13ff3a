/* trunc() truncates aggregations */
BEGIN
{
	trunc(1);
}
