/* Members are converted to their declared types. */
#pragma D option quiet

struct in { int a; };
struct out { unsigned char c; short s; long l; string t; void *p; };

translator struct out < struct in *i > {
	c = i->a;
	s = i->a;
	l = i->a;
	t = i->a > 0 ? "positive" : "negative";
	p = i;
};

struct in *q;

BEGIN
{
	q = (struct in *)alloca(4);
	q->a = -70000;
	this->o = xlate<struct out *>(q);
	printf("%d %d %d %s %d\n", this->o->c, this->o->s, this->o->l, this->o->t, this->o->p == q);
	exit(0);
}
