/* ustack() wants a size */
BEGIN
{
	ustack(1, -1);
}
