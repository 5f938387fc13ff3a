/* A void expression is no key. */
#pragma D option quiet

BEGIN
{
	@a[clear(@b)] = count();
	exit(0);
}
