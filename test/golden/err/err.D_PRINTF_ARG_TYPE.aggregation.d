/* an aggregation is no value */
BEGIN
{
	@a = count();
	printf("%d\n", @a);
}
