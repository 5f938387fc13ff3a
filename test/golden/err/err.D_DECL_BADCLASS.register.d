register int a;

BEGIN
{
	1;
}
