#pragma D option quiet

struct s { int a; int b; };
struct s *p;
inline struct s *q = p;
inline int pb = p->b;

BEGIN
{
	p = (struct s *)alloca(sizeof (struct s));
	p->a = 4;
	p->b = 5;
	printf("%d %d\n", q->a, pb);
	exit(0);
}
