struct later v;

BEGIN
{
	1;
}
