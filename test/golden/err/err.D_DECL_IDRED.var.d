int a;
string a;

BEGIN
{
	1;
}
