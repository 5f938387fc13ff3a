#pragma D option quiet

struct n { struct n *next; int v; };
struct n *p;

BEGIN
{
	p = (struct n *)alloca(sizeof (struct n));
	p->next = NULL;
	printf("%d\n", p->next->v);
}

BEGIN
{
	p->next = (struct n *)0x10;
	printf("%d\n", p->next->next->v);
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d %d %x\n", arg2, arg4, arg5);
}
