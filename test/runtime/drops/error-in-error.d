/* A fault in a clause of ERROR fires ERROR no more, and is counted; its other clauses run. */
/* @opts: -q */
BEGIN
{
	x = *(int *)0x10;
}

BEGIN
{
	x = *(int *)0x20;
}

ERROR
{
	printf("one at 0x%x\n", arg5);
}

ERROR
{
	printf("not printed %d\n", *(int *)arg5);
}

ERROR
{
	n++;
	printf("%d so far\n", n);
}

BEGIN
{
	exit(0);
}
