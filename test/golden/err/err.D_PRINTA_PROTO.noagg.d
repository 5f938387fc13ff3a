/* printa() wants an aggregation */
BEGIN
{
	printa("%@d\n");
}
