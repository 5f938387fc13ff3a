/* An aggregating function is no number. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	trunc(@a, count());
	exit(0);
}
