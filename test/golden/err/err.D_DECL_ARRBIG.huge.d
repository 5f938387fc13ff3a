int a[0x100000000];

BEGIN
{
	1;
}
