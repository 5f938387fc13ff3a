/* The number of keys is that of the first use. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	@a = count();
	exit(0);
}
