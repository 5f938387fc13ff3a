/* An ordinary function does not aggregate. */
#pragma D option quiet

BEGIN
{
	@a = strlen("x");
	exit(0);
}
