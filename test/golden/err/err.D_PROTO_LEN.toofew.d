/* substr() wants at least two arguments */
BEGIN
{
	x = substr("abc");
}
