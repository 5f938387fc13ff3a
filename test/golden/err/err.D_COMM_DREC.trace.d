/* nothing is recorded before commit() */
BEGIN
{
	trace(1);
	commit(1);
}
