/* More conversions than keys. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	printa("%d %d %@d\n", @a);
	exit(0);
}
