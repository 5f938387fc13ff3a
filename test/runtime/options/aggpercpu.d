/* @opts: -q -x aggpercpu */
/* @timeout: 60 */
/* Below each value what the CPUs have of it, which adds up; cleared with it. */
/* @filter: s,CPU [0-9][0-9]*,CPU N, */
BEGIN
{
	@a["x"] = count();
	@b = sum(5);
	@c = min(7);
	@d = stddev(3);
	@d = stddev(9);
	@q = quantize(4);
	printa(@a);
	printa(@a, @a);
	clear(@a);
	clear(@c);
	clear(@d);
	clear(@b);
}

BEGIN
{
	@a["x"] = count();
	@a["y"] = count();
	@b = sum(2);
	@d = stddev(9);
}

BEGIN
{
	exit(0);
}
