/* The input may be a struct, not a pointer to one. */
#pragma D option quiet

struct in { int a; int b; };
struct out { int sum; };

translator struct out < struct in i > {
	sum = i.a + i.b;
};

struct in v;

BEGIN
{
	v.a = 3; v.b = 4;
	printf("%d\n", xlate<struct out>(v).sum);
	exit(0);
}
