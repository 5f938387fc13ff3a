inline int a = "x";

BEGIN
{
	1;
}
