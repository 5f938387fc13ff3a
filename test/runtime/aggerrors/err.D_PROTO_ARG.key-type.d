/* A string where the first use had a number. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	@a["x"] = count();
	exit(0);
}
