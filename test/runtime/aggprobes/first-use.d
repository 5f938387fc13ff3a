/* The order at the end is that of the first mention in the program, whoever fires first. */
#pragma D option quiet

tick-5ms
{
	@last[1] = count();
	exit(0);
}

END
{
	clear(@c);
	@d[2] = count();
}

BEGIN
{
	@b[3] = count();
	@c[4] = count();
}
