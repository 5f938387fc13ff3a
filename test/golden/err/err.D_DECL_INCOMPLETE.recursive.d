struct s { int a; struct s b; };

BEGIN
{
	1;
}
