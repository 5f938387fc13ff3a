int a[-1];

BEGIN
{
	1;
}
