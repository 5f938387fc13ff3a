int i;

BEGIN
{
	i == "a";
}
