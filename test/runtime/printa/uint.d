/* Unsigned keys. */
#pragma D option quiet

BEGIN
{
	@a[(unsigned int)-1] = count();
	@b[-1] = count();
	printa("%d\n", @a);
	printa("%u\n", @a);
	printa("%x\n", @a);
	printa("%u\n", @b);
	printa("%d\n", @b);
	exit(0);
}
