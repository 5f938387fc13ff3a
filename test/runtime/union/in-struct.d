#pragma D option quiet

struct event {
	int kind;
	union {
		int i;
		long l;
		struct { short a, b; } pair;
	} u;
};
struct event e;
self struct event f;

BEGIN
{
	e.kind = 1;
	e.u.pair.a = 5;
	e.u.pair.b = 6;
	printf("%d %x %d\n", e.kind, e.u.i, sizeof (struct event));
	self->f = e;
	self->f.u.pair.b = 7;
	printf("%x %d\n", self->f.u.i, offsetof(struct event, u));
	exit(0);
}
