/* denormalize() takes it back. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1000);
	normalize(@a, 7);
	printa("%@d\n", @a);
	denormalize(@a);
	printa("%@d\n", @a);
	denormalize(@a);
	printa("%@d\n", @a);
	exit(0);
}
