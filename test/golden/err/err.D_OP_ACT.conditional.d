int i;

BEGIN
{
	i ? exit(0) : exit(1);
}
