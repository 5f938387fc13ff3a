string s;

BEGIN
{
	-s;
}
