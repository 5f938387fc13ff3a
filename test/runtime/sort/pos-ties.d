/* Where the first is equal the next decides. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1);
	@b["x"] = sum(9);
	@a["y"] = sum(1);
	@b["y"] = sum(8);
	@a["z"] = sum(0);
	@b["z"] = sum(10);
	@a["w"] = sum(1);
	@b["w"] = sum(9);
	printa("%s %@d %@d\n", @a, @b);
	exit(0);
}
