/* The usual place for printa(): END. */
#pragma D option quiet

BEGIN
{
	@a["a"] = sum(1);
	@b["b"] = sum(2);
	exit(0);
}

END
{
	printf("%-8s %8s\n", "KEY", "SUM");
	printa("%-8s %@8d\n", @a);
	printa("%-8s %@8d\n", @b);
}
