/* The divisor may be any expression. */
#pragma D option quiet

BEGIN
{
	start = 1000;
	@a["x"] = sum(6000);
	normalize(@a, (4000 - start) / 1000);
	exit(0);
}
