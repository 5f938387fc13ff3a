/* ustack() wants a constant */
BEGIN
{
	ustack(pid);
}
