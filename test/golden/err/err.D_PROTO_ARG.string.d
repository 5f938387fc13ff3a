/* strlen() wants a string */
BEGIN
{
	x = strlen(1);
}
