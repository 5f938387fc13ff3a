/* trunc() takes no more than a count. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	trunc(@a, 1, 2);
	exit(0);
}
