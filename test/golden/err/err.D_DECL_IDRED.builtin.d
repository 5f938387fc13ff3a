string pid;

BEGIN
{
	1;
}
