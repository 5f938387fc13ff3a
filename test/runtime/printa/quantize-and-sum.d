/* A distribution beside a number. */
#pragma D option quiet

BEGIN
{
	@q["key"] = quantize(5);
	@s["key"] = sum(5);
	@s["other"] = sum(6);
	printa("%s: %@d %@d\n", @s, @q);
	printa(@s, @q);
	exit(0);
}
