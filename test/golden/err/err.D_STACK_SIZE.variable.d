/* stack() wants a constant */
BEGIN
{
	stack(pid);
}
