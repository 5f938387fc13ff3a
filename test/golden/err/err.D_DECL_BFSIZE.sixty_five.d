struct s { long a:65; };

BEGIN
{
	1;
}
