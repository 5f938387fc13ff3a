/* there is no such aggregating function */
BEGIN
{
	@a = nosuch(1);
}
