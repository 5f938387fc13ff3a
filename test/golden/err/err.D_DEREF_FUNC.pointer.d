int (*fp)(int);

BEGIN
{
	*fp;
}
