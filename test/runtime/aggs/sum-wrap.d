/* A sum wraps at 64 bits. */
#pragma D option quiet

BEGIN
{
	@a = sum(0x7fffffffffffffff);
	@a = sum(1);
	@b = sum(0xffffffffffffffff);
	@b = sum(2);
	@c = sum(-9223372036854775807 - 1);
	@c = sum(-1);
	printa("%@d\n", @a);
	printa("%@u\n", @a);
	printa("%@d\n", @b);
	printa("%@d\n", @c);
	exit(0);
}
