/* A NULL string is no text to work on */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	trace(toupper(g));
}

BEGIN
{
	exit(0);
}
