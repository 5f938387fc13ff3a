/* One output type, several inputs: the argument's type chooses. */
#pragma D option quiet

struct i1 { int a; };
struct i2 { int b; };
typedef int num_t;
struct out { int x; };

translator struct out < struct i1 *p > { x = p->a * 10; };
translator struct out < struct i2 *p > { x = p->b * 100; };
translator struct out < num_t n > { x = n * 1000; };

struct i1 *p1;
struct i2 *p2;
num_t n;

BEGIN
{
	p1 = (struct i1 *)alloca(4);
	p2 = (struct i2 *)alloca(4);
	p1->a = 1; p2->b = 2; n = 3;
	printf("%d %d %d\n", xlate<struct out>(p1).x, xlate<struct out>(p2).x,
	    xlate<struct out>(n).x);
	exit(0);
}
