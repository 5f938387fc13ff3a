/* speculate() comes before commit() */
BEGIN
{
	commit(1);
	speculate(1);
}
