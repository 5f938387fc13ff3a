/* Equal values the other way: by key, last first. */
#pragma D option quiet
#pragma D option aggsortrev

BEGIN
{
	@a["z", 1] = count();
	@a["y", 2] = count();
	@a["y", 1] = count();
	@a["x", 9] = count();
	@a["m", 5] = count();
	@a["m", 5] = count();
	exit(0);
}
