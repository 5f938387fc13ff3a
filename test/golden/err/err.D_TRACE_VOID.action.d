/* an action has no value to record */
BEGIN
{
	trace(exit(0));
}
