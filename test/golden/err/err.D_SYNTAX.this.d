BEGIN
{
	trace(this[1]);
}
