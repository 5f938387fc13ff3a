/* %s of a number. */
#pragma D option quiet

BEGIN
{
	@a[1] = count();
	printa("%s %@d\n", @a);
	exit(0);
}
