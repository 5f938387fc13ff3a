/* Times as keys. */
#pragma D option quiet

BEGIN
{
	@a[(int64_t)1500000000000000000] = count();
	printa("%Y %@d\n", @a);
	exit(0);
}
