/* this name stands for the standard output */
BEGIN
{
	freopen(".");
}
