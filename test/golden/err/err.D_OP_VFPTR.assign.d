void *p;

BEGIN
{
	p += 2;
}
