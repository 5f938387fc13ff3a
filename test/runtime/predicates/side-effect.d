/* A predicate may assign. */
#pragma D option quiet

int n, m;

BEGIN
/n++/
{
	printf("first\n");
}

BEGIN
/n++/
{
	printf("second %d\n", n);
}

BEGIN
/(m = 7) == 7/
{
	printf("m %d\n", m);
	exit(0);
}
