/* A NULL string is no text to work on */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	trace(cleanpath(g));
}

BEGIN
{
	exit(0);
}
