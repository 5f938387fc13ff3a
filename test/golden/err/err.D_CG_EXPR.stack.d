/* a stack is a key or a statement */
BEGIN
{
	x = stack();
}
