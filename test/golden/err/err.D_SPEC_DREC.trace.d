/* nothing is recorded before speculate() */
BEGIN
{
	trace(1);
	speculate(1);
}
