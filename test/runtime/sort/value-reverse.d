/* By value, greatest first. */
#pragma D option quiet
#pragma D option aggsortrev

BEGIN
{
	@a["c"] = sum(3);
	@a["a"] = sum(10);
	@a["b"] = sum(-2);
	@a["d"] = sum(0);
	exit(0);
}
