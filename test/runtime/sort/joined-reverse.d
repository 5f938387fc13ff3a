/* Joined aggregations, the greatest first. */
#pragma D option quiet
#pragma D option aggsortrev

BEGIN
{
	@a["x", 1] = sum(5);
	@b["x", 1] = sum(9);
	@a["m", 2] = sum(1);
	@b["z", 3] = sum(8);
	@b["a", 4] = sum(10);
	printa("%s %d %@d %@d\n", @a, @b);
	exit(0);
}
