/* Two aggregations joined by their keys; what one lacks is 0. */
#pragma D option quiet

BEGIN
{
	@a["both"] = sum(1);
	@b["both"] = sum(2);
	@a["only a"] = sum(3);
	@b["only b"] = sum(4);
	printa(@a, @b);
	printa("%-10s %@5d %@5d\n", @a, @b);
	printa("%-10s %@5d %@5d\n", @b, @a);
	exit(0);
}
