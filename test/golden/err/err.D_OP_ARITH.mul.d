int *p;

BEGIN
{
	p * 2;
}
