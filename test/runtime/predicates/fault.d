/* A fault in a predicate skips the clause. */
#pragma D option quiet

int zero;

BEGIN
/(1 / zero)/
{
	printf("not reached\n");
}

BEGIN
{
	exit(0);
}
