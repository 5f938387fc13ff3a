/* A division by zero ends its clause, discards the record and fires ERROR; later clauses go on. */
#pragma D option quiet

BEGIN
{
	x = 0;
	printf("before\n");
	y = 10 / x;
	printf("not reached\n");
}

BEGIN
{
	printf("next clause\n");
	exit(0);
}

ERROR
{
	printf("fault %d\n", arg4);
}
