/* without a format there is one aggregation */
BEGIN
{
	@a = count();
	@b = count();
	printa(@a, @b);
}
