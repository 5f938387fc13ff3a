/* Thousands, and numbers of 64 bits. */
#pragma D option quiet

BEGIN
{
	@a = sum(1234567890123);
	printa("%@d\n", @a);
	printa("%'@d\n", @a);
	printa("%@x\n", @a);
	printa("%@20d|\n", @a);
	printa("%@-20d|\n", @a);
	exit(0);
}
