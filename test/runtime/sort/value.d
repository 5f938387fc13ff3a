/* By value, least first. */
#pragma D option quiet

BEGIN
{
	@a["c"] = sum(3);
	@a["a"] = sum(10);
	@a["b"] = sum(-2);
	@a["d"] = sum(0);
	exit(0);
}
