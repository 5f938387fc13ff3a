/* Equal values: as many as were asked for. */
#pragma D option quiet

BEGIN
{
	@a["a"] = count();
	@a["b"] = count();
	@a["c"] = count();
	@a["d"] = count();
	trunc(@a, 2);
	printa("%@d\n", @a);
	exit(0);
}
