/* What was shown, cleared and filled again was shown. */
#pragma D option quiet

BEGIN
{
	@a["x"] = count();
	@b["y"] = count();
	printa("%s %@d\n", @a);
	clear(@a);
	@a["x"] = count();
	exit(0);
}
