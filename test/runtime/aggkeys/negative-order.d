/* Signed keys sort as signed numbers where values are equal. */
#pragma D option quiet

BEGIN
{
	@a[5] = count();
	@a[-5] = count();
	@a[0] = count();
	@a[-100] = count();
	@a[100] = count();
	@b[(unsigned int)-1] = count();
	@b[(unsigned int)1] = count();
	@l[-1ll] = count();
	@l[1ll] = count();
	exit(0);
}
