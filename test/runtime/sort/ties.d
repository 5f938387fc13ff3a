/* Equal values: by key. */
#pragma D option quiet

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
