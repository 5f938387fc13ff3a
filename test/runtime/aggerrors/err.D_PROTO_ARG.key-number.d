/* A number where the first use had a string. */
#pragma D option quiet

BEGIN
{
	@a["x", 1] = count();
	@a[1, 1] = count();
	exit(0);
}
