/* Printing a NULL string is an error */
/* @opts: -q */

string g;
BEGIN
{
	self->s = strstr("a", "b");
	g = self->s;
	printf("%s\n", g);
}

BEGIN
{
	exit(0);
}
