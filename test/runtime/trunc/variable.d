/* The count may be any expression. */
#pragma D option quiet

BEGIN
{
	@a["one"] = sum(1);
	@a["two"] = sum(2);
	@a["three"] = sum(3);
	n = 4;
	trunc(@a, n - 2);
	exit(0);
}
