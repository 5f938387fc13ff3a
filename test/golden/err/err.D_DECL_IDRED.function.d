int printf;

BEGIN
{
	1;
}
