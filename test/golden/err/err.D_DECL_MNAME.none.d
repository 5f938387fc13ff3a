struct s { int; };

BEGIN
{
	1;
}
