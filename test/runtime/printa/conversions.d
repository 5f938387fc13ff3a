/* Every conversion of %@. */
#pragma D option quiet

BEGIN
{
	@a = sum(255);
	printa("[%@d] [%@i] [%@u] [%@o] [%@x] [%@X]\n", @a);
	printa("[%@ld] [%@lu] [%@lx] [%@lld] [%@llu] [%@llx]\n", @a);
	printa("[%@8d] [%-@8d] [%@-8d] [%08@d] [%@08d] [%+@d] [%@+d] [% @d]\n", @a);
	printa("[%#@x] [%@#x] [%#@o] [%@10x] [%@.5d] [%@10.5d]\n", @a);
	printa("[%'@d] [%@'d]\n", @a);
	printa("[%@c]\n", @a);
	@b = sum(-255);
	printa("[%@d] [%@u] [%@x] [%@8d] [%@-8d] [%@08d]\n", @b);
	@c = count();
	printa("[%@d] [%@5u] [%@x]\n", @c);
	exit(0);
}
