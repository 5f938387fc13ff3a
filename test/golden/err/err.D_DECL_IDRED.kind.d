int a;
int a[int];

BEGIN
{
	1;
}
