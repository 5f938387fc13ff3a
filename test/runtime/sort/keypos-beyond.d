/* A position that is not there is the first. */
#pragma D option quiet
#pragma D option aggsortkey
#pragma D option aggsortkeypos=5

BEGIN
{
	@a["b", 1] = sum(1);
	@a["a", 2] = sum(2);
	exit(0);
}
