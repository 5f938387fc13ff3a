int n; struct s { int a:n; };

BEGIN
{
	1;
}
