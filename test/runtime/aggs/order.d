/* Several aggregations at the end: in the order of their first use, each sorted by value. */
#pragma D option quiet

BEGIN
{
	@z["z2"] = sum(2);
	@z["z1"] = sum(1);
	@a["a9"] = sum(9);
	@a["a3"] = sum(3);
	@m = count();
	@z["z0"] = sum(0);
	exit(0);
}
