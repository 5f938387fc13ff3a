/* By the second key, then the third, then the first. */
#pragma D option quiet
#pragma D option aggsortkey
#pragma D option aggsortkeypos=1

BEGIN
{
	@a["a", 3, "x"] = sum(1);
	@a["b", 2, "z"] = sum(2);
	@a["c", 2, "y"] = sum(3);
	@a["e", 1, "y"] = sum(4);
	@a["d", 1, "y"] = sum(5);
	exit(0);
}
