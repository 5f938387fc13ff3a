/* trace() takes one value */
BEGIN
{
	trace(1, 2);
}
