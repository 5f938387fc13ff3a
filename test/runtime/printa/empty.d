/* Of an empty aggregation: nothing with a format, an empty line without. */
#pragma D option quiet

BEGIN
/0/
{
	@a["x"] = count();
	@b = sum(1);
}

BEGIN
{
	printf("<");
	printa("%s %@d\n", @a);
	printf(">\n<");
	printa(@a);
	printf(">\n<");
	printa("%@d\n", @b);
	printf(">\n");
	exit(0);
}
