/* what belongs to a thread has a name */
BEGIN
{
	self = 1;
}
