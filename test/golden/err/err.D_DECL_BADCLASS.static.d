static int a;

BEGIN
{
	1;
}
