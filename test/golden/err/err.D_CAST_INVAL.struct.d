struct s { int a; }; int i;

BEGIN
{
	(struct s)i;
}
