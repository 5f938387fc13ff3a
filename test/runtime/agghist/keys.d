/* Several keys, several aggregations. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@a["x", 1] = count();
	@a["y", 2] = count();
	@a["y", 2] = count();
	@b[1ll] = avg(4);
	@b[2ll] = avg(8);
	exit(0);
}
