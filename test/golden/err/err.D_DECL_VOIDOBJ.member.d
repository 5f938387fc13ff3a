struct s { void v; };

BEGIN
{
	1;
}
