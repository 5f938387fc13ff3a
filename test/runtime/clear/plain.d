/* clear() of aggregations without keys. */
#pragma D option quiet

BEGIN
{
	@c = count();
	@s = sum(-4);
	@m = min(-3);
	clear(@c);
	clear(@s);
	clear(@m);
	exit(0);
}
