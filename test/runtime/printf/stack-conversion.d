/* %k shows a stack as printa() does; here there is none. */
/* @opts: -q */
BEGIN
{
	@[stack()] = count();
	exit(0);
}

END
{
	printa("%@d\n", @);
}
