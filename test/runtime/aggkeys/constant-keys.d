/* Keys that are known when the program is compiled: the kernel must accept the search for them. */
/* @opts: -q */
BEGIN
{
	@a["a", 1] = sum(5);
	@b["a", 1, 2] = sum(6);
	@c["a", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10] = sum(7);
	@d[0, 0] = sum(8);
	exit(0);
}
