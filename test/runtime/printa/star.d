/* The width may be a key. */
#pragma D option quiet

BEGIN
{
	@a[10, "x"] = sum(1);
	@a[5, "y"] = sum(2);
	printa("[%*s] %@d\n", @a);
	exit(0);
}
