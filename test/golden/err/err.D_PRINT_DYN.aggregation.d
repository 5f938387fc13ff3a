/* print() wants a value */
BEGIN
{
	@a = count();
	print(@a);
}
