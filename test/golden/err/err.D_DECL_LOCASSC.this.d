this int a[int];

BEGIN
{
	1;
}
