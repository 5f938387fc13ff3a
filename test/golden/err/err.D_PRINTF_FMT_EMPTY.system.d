/* a command says something */
BEGIN
{
	system("");
}
