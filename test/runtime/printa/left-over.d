/* At the end only those are shown that printa() has not shown. */
#pragma D option quiet

BEGIN
{
	@a["a"] = sum(1);
	@b["b"] = sum(2);
	@c["c"] = sum(3);
	printa("%s %@d\n", @b);
	exit(0);
}
