/* the argument of an aggregating function is looked at before what stands in it */
BEGIN
{
	@a = sum(count());
}
