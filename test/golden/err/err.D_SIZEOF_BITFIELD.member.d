struct s { int a:3; } v;

BEGIN
{
	sizeof (v.a);
}
