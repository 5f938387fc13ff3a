int i;

BEGIN
{
	&i;
}
