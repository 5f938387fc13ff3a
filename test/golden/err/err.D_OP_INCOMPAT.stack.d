int x;

BEGIN
{
	x = stack();
}
