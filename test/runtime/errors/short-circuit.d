/* What is not evaluated does not fault. */
#pragma D option quiet

int *p;

BEGIN
{
	printf("%d\n", p != NULL && *p == 5);
	printf("%d\n", p == NULL || *p == 5);
	printf("%d\n", p ? *p : -1);
	if (p)
		printf("%d\n", *p);
	exit(0);
}
