struct s { int a; } v;

BEGIN
{
	a[v] = 1;
}
