/* Keys by conversions of their own. */
#pragma D option quiet

BEGIN
{
	@a["str", 'c', 255, 0xfedcba9876543210, -1] = sum(1);
	printa("%10s|%c|%x|%x|%d|%@d\n", @a);
	printa("%-10s|%5c|%#x|%X|%5d|%@d\n", @a);
	printa("%.2s|%d|%08d|%u|%i|%@d\n", @a);
	exit(0);
}
