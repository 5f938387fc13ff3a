struct s { int a; }; int a[struct s];

BEGIN
{
	1;
}
