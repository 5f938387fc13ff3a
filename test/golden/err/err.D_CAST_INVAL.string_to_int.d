string s;

BEGIN
{
	(int)s;
}
