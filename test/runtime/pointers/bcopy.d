#pragma D option quiet

struct s { int a; char n[8]; };
struct s *p, *q;

BEGIN
{
	p = (struct s *)alloca(sizeof (struct s));
	q = (struct s *)alloca(sizeof (struct s));
	p->a = 9;
	p->n[0] = 'h'; p->n[1] = 'i';
	bcopy(p, q, sizeof (struct s));
	p->a = 0;
	printf("%d %s\n", q->a, q->n);
	c = (char *)alloca(3);
	bcopy(q->n, c, 3);
	printf("%s %d\n", stringof(c), strlen(stringof(c)));
	exit(0);
}
