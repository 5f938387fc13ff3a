/* Promotion, constants, pointers, members, strings: every node with its type. */
struct s { int a; unsigned b:3; char name[8]; struct s *next; };
struct s *p;
inline int limit = 4 * 1024;
int t[4];

syscall::read:entry
/arg2 > limit && execname != "sh"/
{
	self->t = timestamp;
	c = (char)arg0 + 1u;
	q = &t[2];
	*q += p->next->a << p->b;
	n = stringof(p->name);
	x = arg0 ? "a" : n;
	m[pid, execname]++;
	if (sizeof (struct s) == 24)
		this->z = -1 < 0u;
}
