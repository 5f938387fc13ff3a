#pragma D option quiet

int *p;

BEGIN
{
	p = NULL;
	printf("%d %d %d\n", p == NULL, p == 0, !p);
	x = *p;
	printf("not reached\n");
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("arg1 %d arg2 %d arg4 %d arg5 %x\n", arg1, arg2, arg4, arg5);
}
