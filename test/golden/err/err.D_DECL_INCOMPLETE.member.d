struct later; struct s { struct later l; };

BEGIN
{
	1;
}
