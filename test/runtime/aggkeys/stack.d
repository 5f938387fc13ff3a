/* A stack is a key like any other: in BEGIN it is empty. */
#pragma D option quiet

BEGIN
{
	@a[stack()] = count();
	@a[stack(5)] = count();
	@b[1, ustack(2)] = sum(1);
	exit(0);
}

END
{
	printa("%@d\n", @a);
	clear(@b);
	trunc(@b);
}
