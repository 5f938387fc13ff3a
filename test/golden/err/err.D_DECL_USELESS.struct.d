struct { int a; };

BEGIN
{
	1;
}
