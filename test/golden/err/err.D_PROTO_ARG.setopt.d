/* options have names */
BEGIN
{
	setopt(1);
}
