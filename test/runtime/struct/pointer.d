#pragma D option quiet

struct s { int a; char b; struct s *next; };
struct s *p, *q;

BEGIN
{
	p = (struct s *)alloca(sizeof (struct s));
	q = (struct s *)alloca(sizeof (struct s));
	p->a = 11;
	p->b = 'x';
	p->next = q;
	q->a = 22;
	q->next = NULL;
	printf("%d %c %d %d\n", p->a, p->b, p->next->a, p->next->next == NULL);
	p->next->a = 33;
	printf("%d %d\n", q->a, (*q).a);
	*q = *p;
	printf("%d %c\n", q->a, q->b);
	exit(0);
}
