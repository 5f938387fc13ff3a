struct s { int a; } v;

BEGIN
{
	stringof(v);
}
