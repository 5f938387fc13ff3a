/* An aggregating function is no key. */
#pragma D option quiet

BEGIN
{
	@a[count()] = count();
	exit(0);
}
