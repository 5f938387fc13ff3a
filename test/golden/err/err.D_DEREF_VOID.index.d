void *p;

BEGIN
{
	p[0];
}
