/* A NULL string is no text to work on */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	trace(strchr(g, 'a'));
}

BEGIN
{
	exit(0);
}
