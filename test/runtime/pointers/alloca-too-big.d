/* More than the scratch space is a fault. */
#pragma D option quiet

BEGIN
{
	n = 1 << 20;
	p = alloca(n);
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
