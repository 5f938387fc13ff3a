int n;
int a[n];

BEGIN
{
	1;
}
