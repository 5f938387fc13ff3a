struct s { extern int a; };

BEGIN
{
	1;
}
