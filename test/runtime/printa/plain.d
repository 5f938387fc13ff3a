/* Without a format: an empty line, then one line for each entry; not again at the end. */
#pragma D option quiet

BEGIN
{
	@a["x"] = sum(3);
	@a["y"] = sum(1);
	printf("before\n");
	printa(@a);
	printf("after\n");
	exit(0);
}
