int i;

BEGIN
{
	i ? "a" : 1;
}
