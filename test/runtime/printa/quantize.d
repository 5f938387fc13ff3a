/* A distribution within a format. */
#pragma D option quiet

BEGIN
{
	@q["key", 3] = quantize(5);
	@q["key", 3] = quantize(6);
	@q["key", 3] = quantize(100);
	@q["other", 4] = quantize(-1);
	printa("%s %d: %@d\n", @q);
	printa("<%@d>", @q);
	printa(@q);
	exit(0);
}
