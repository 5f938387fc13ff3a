struct s { int a; }; union s { int a; };

BEGIN
{
	1;
}
