string s;

BEGIN
{
	!s;
}
