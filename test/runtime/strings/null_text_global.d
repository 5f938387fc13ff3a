/* Printing a NULL string is an error */
/* @opts: -q */

string g;
BEGIN
{
	g = NULL;
	printf("%s\n", g);
}

BEGIN
{
	exit(0);
}
