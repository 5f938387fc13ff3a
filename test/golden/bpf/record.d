/* One record, and the end of tracing. */
BEGIN
{
	trace("hello");
	exit(0);
}
