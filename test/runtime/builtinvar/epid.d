#pragma D option quiet

/* Numbers of enablings count clauses from 1; several probes of a clause have one each. */
BEGIN
{
	printf("%d\n", epid);
}

BEGIN
{
	printf("%d\n", epid);
	exit(0);
}

END
{
	printf("%d\n", epid);
}
