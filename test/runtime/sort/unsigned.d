/* Sums are signed; the greatest unsigned number is -1. */
#pragma D option quiet

BEGIN
{
	@a["top"] = sum(0xffffffffffffffff);
	@a["one"] = sum(1);
	@m["top"] = max(0xffffffffffffffff);
	@m["one"] = max((unsigned long)1);
	exit(0);
}
