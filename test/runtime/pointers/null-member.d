/* arg5 of ERROR is the address. */
#pragma D option quiet

struct s { long a; int b; };
struct s *p;

BEGIN
{
	p = NULL;
	trace(p->b);
}

BEGIN
{
	exit(0);
}

ERROR
{
	printf("%d %x\n", arg4, arg5);
}
