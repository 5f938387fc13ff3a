void v;

BEGIN
{
	1;
}
