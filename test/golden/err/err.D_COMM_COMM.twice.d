/* one commit() is enough */
BEGIN
{
	commit(1);
	commit(1);
}
