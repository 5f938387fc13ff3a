inline int a = 1;

BEGIN
{
	a = 2;
}
