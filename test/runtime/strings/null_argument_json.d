/* A NULL string is no text to work on */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	trace(json(g, "a"));
}

BEGIN
{
	exit(0);
}
