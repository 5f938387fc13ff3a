/* By key, last first; and the last aggregation first. */
#pragma D option quiet
#pragma D option aggsortkey
#pragma D option aggsortrev

BEGIN
{
	@a["c"] = sum(3);
	@a["a"] = sum(10);
	@a["b"] = sum(-2);
	@i[10] = sum(1);
	@i[-1] = sum(2);
	@i[2] = sum(3);
	exit(0);
}
