int a[int, void];

BEGIN
{
	1;
}
