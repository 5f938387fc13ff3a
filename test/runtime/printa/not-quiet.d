/* Not quiet: within the line of the probe. */
/* @filter: s/^ *[0-9]+ +[0-9]+ +:/C I :/ */

BEGIN
{
	@a["x"] = sum(3);
	printa("%s %@d\n", @a);
	printa(@a);
}

BEGIN
{
	exit(0);
}
