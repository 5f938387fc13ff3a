/* Values below zero, and divisors. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(-100);
	@a["y"] = sum(-7);
	@m["x"] = avg(-100);
	@m["x"] = avg(-50);
	normalize(@a, 4);
	normalize(@m, 5);
	printa("%s %@d\n", @a);
	printa("%s %@d\n", @m);
	exit(0);
}
