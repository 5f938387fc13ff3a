int *p;

BEGIN
{
	p[1, 2] = 3;
}
