#pragma D option quiet

struct s { int a; int b; } *p;

BEGIN
{
	p->b = 3;
}

BEGIN
{
	*(char *)0x20 = 1;
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d %x\n", arg4, arg5);
}
