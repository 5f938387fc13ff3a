struct later *p;

BEGIN
{
	p->a;
}
