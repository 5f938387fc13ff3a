/* By key. */
#pragma D option quiet
#pragma D option aggsortkey

BEGIN
{
	@a["c"] = sum(3);
	@a["a"] = sum(10);
	@a["b"] = sum(-2);
	@a["aa"] = sum(7);
	@a[""] = sum(9);
	@i[10] = sum(1);
	@i[-1] = sum(2);
	@i[2] = sum(3);
	exit(0);
}
