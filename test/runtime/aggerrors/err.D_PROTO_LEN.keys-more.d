/* The number of keys is that of the first use. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	@a[1, 2] = count();
	exit(0);
}
