int *p;

BEGIN
{
	p->a;
}
