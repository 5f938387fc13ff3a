/* More than there are: all stay. */
#pragma D option quiet

BEGIN
{
	@a["one"] = sum(1);
	@a["two"] = sum(2);
	@b["one"] = sum(1);
	@b["two"] = sum(2);
	@c["one"] = sum(1);
	trunc(@a, 10);
	trunc(@b, -10);
	trunc(@c, 2147483647);
	exit(0);
}
