#pragma D option quiet

struct in { int a; };
struct out { long x; char y; };

translator struct out < struct in *p > { x = p->a; y = 1; };

struct in *p;

BEGIN
{
	p = (struct in *)alloca(4);
	printf("%d %d %d\n", sizeof (xlate<struct out>(p)), sizeof (xlate<struct out *>(p)),
	    sizeof (xlate<struct out>(p).y));
	exit(0);
}
