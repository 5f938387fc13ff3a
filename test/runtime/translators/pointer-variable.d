/* A pointer got by xlate is translated when it is looked through. */
#pragma D option quiet

struct in { int a; };
struct out { int x; };

translator struct out < struct in *i > {
	x = i->a + 1;
};

struct in *p;

BEGIN
{
	p = (struct in *)alloca(sizeof (struct in));
	p->a = 41;
	this->o = xlate<struct out *>(p);
	printf("%d\n", this->o->x);
	exit(0);
}
