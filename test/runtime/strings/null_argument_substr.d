/* A NULL string is no text to work on */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	trace(substr(g, 0));
}

BEGIN
{
	exit(0);
}
