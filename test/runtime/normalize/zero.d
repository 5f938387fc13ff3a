/* Nothing is divided by zero: the values stay as they are, and that is said. */
/* @opts: -q */
BEGIN
{
	@a["x"] = sum(100);
	normalize(@a, 10);
	normalize(@a, 0);
	printa(@a);
	denormalize(@a);
	printa(@a);
	exit(0);
}
