/* An index that is out of bounds at run time is a fault. */
#pragma D option quiet

int a[4];

BEGIN
{
	i = 4;
	a[i] = 1;
	printf("not reached\n");
}

BEGIN
{
	i = -1;
	x = a[i];
	printf("not reached\n");
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("fault %d\n", arg4);
}
