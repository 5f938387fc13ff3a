int a;
inline int a = 2;

BEGIN
{
	1;
}
