BEGIN
{
	args[0];
}
