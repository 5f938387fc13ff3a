/* A NULL string is no key */
/* @opts: -q */

string g;

BEGIN
{
	g = NULL;
	@[g] = count();
}

BEGIN
{
	exit(0);
}
