/* With -xaggzoom the longest bar fills the line. */
#pragma D option quiet
#pragma D option agghist
#pragma D option aggzoom

BEGIN
{
	@[1] = sum(100);
	@[2] = sum(50);
	@[3] = sum(25);
	@[4] = sum(1);
	exit(0);
}
