/* A member that has nothing to be filled from: zero in a whole translation, and `no` may be a member's name. */
#pragma D option quiet

struct in { int a; };
struct out { int no; int b; int c; int d; };

translator struct out < struct in *p > {
	no = p->a;
	no b, c: "there is no b in here";
};

struct in *p;
struct out o;

BEGIN
{
	p = (struct in *)alloca(sizeof (struct in));
	p->a = 6;
	o = xlate<struct out>(p);
	printf("%d %d %d\n", o.no, o.b, xlate<struct out>(p).no);
	exit(0);
}
