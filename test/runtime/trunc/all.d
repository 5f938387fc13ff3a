/* trunc() removes all keys; so does a count of zero. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(1);
	@a["y"] = sum(2);
	@b["x"] = sum(1);
	@c = sum(1);
	@d["left"] = sum(1);
	trunc(@a);
	trunc(@b, 0);
	trunc(@c);
	printa("%s %@d\n", @a);
	printa("%s %@d\n", @b);
	exit(0);
}
