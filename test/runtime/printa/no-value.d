/* A format need not use the value, nor all the keys. */
#pragma D option quiet

BEGIN
{
	@a["x", 1] = sum(3);
	@a["y", 2] = sum(1);
	printa("%s\n", @a);
	printa("-\n", @a);
	printa("%@d\n", @a);
	exit(0);
}
