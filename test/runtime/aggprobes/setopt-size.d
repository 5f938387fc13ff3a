/* Sizes with their suffixes. */
#pragma D option quiet
#pragma D option aggsize=512k

BEGIN
{
	@a["x", 1] = count();
	exit(0);
}
