void *p;

BEGIN
{
	*p;
}
