/* An aggregation that nothing was added to leaves no trace. */
#pragma D option quiet

BEGIN
/0/
{
	@never = count();
	@neverkeyed["x"] = sum(1);
	@neverq = quantize(1);
}

BEGIN
{
	@once = count();
	exit(0);
}
