string s;

BEGIN
{
	s++;
}
