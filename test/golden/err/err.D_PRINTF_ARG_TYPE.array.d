char a[8];

BEGIN
{
	printf("%p", a);
}
