int a[];

BEGIN
{
	1;
}
