/* * wants an argument */
BEGIN
{
	printf("%*d\n");
}
