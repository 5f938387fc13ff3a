int a;

BEGIN
{
	a[1];
}
