/* a variable is no function */
BEGIN
{
	pid();
}
