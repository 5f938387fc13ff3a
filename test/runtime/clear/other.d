/* clear() touches no other aggregation. */
#pragma D option quiet

BEGIN
{
	@a = sum(1);
	@b = sum(2);
	@c["k"] = sum(3);
	clear(@b);
	exit(0);
}
