/* Equal values, the key that decides chosen. */
#pragma D option quiet
#pragma D option aggsortkeypos=1

BEGIN
{
	@a["a", 3] = count();
	@a["b", 2] = count();
	@a["c", 1] = count();
	exit(0);
}
