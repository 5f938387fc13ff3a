/* printa() does not change what it shows. */
#pragma D option quiet

BEGIN
{
	@a["k"] = sum(1);
	printa("%s %@d\n", @a);
	@a["k"] = sum(1);
	printa("%s %@d\n", @a);
	exit(0);
}
