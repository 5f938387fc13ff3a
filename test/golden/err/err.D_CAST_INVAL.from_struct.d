struct s { int a; } v;

BEGIN
{
	(long)v;
}
