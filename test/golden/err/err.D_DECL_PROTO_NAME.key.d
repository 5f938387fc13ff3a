int a[int k];

BEGIN
{
	1;
}
