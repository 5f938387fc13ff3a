int i;

BEGIN
{
	args[i];
}
