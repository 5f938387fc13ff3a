/* print() wants a value */
BEGIN
{
	print(exit(0));
}
