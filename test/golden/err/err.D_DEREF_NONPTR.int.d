int i;

BEGIN
{
	*i;
}
