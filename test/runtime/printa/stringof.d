/* Strings and numbers from arrays of characters. */
#pragma D option quiet

BEGIN
{
	@a[stringof("abc"), strlen("four")] = max(3);
	printa("%s/%d/%@d\n", @a);
	printa("%S/%d/%@d\n", @a);
	exit(0);
}
