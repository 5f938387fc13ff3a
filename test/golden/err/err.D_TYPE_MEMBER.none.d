struct s { int a; } v;

BEGIN
{
	v.b;
}
