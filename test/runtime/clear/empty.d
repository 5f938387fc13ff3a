/* clear() of nothing makes nothing. */
#pragma D option quiet

BEGIN
/0/
{
	@a["x"] = count();
}

BEGIN
{
	clear(@a);
	exit(0);
}
