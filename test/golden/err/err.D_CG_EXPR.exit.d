/* an action has no value */
BEGIN
{
	x = 1 + exit(0);
}
