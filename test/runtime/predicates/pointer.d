#pragma D option quiet

int *p;

BEGIN
/p/
{
	printf("null is false\n");
}

BEGIN
/p == NULL/
{
	p = (int *)alloca(4);
}

BEGIN
/p != NULL && p/
{
	printf("pointer is true\n");
	exit(0);
}
