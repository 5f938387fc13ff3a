/* printa() prints aggregations */
BEGIN
{
	printa("%d\n", pid);
}
