int;

BEGIN
{
	1;
}
