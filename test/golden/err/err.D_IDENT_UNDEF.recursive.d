inline int r = r + 1;

BEGIN
{
	1;
}
