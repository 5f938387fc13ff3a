int a[int];

BEGIN
{
	sizeof (a);
}
