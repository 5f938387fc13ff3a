/* Mixed tuples. */
#pragma D option quiet

BEGIN
{
	@a["x", 1, 'c', 2ll] = count();
	@a["x", 1, 'c', 3ll] = count();
	@a["x", 1, 'c', 3ll] = count();
	@a["y", 1, 'c', 2ll] = count();
	@a["x", -1, 'c', 2ll] = count();
	@a["x", 1, 'd', 2ll] = count();
	exit(0);
}
