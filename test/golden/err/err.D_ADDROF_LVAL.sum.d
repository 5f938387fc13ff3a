int i;

BEGIN
{
	&(i + 1);
}
