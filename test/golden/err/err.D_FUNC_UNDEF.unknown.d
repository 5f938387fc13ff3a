/* there is no such function */
BEGIN
{
	nosuch(1);
}
