void v[3];

BEGIN
{
	1;
}
