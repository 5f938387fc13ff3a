/* In END, after everything was counted. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1);
	exit(0);
}

END
{
	printa("%s %@d\n", @a);
	clear(@a);
	printa("%s %@d\n", @a);
}
