#pragma D option quiet

int *p;

BEGIN
{
	p = (int *)64;
	i = 3;
	trace(p[i]);
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d %d\n", arg4, arg5);
}
