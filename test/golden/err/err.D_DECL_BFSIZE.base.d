struct s { char a:9; };

BEGIN
{
	1;
}
