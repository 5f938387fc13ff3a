/* The address of a struct or array variable. */
#pragma D option quiet

struct s { int a; long b; } g;
int arr[4];
struct s *p;
int *q;

BEGIN
{
	p = &g;
	p->a = 5;
	p->b = 6;
	printf("%d %d\n", g.a, g.b);
	g.a = 7;
	printf("%d\n", p->a);
	q = &arr[1];
	*q = 11;
	q[1] = 12;
	printf("%d %d %d\n", arr[1], arr[2], q == &arr[1]);
	q = &g.a;
	*q += 1;
	printf("%d\n", g.a);
	q = arr;
	*(q + 3) = 13;
	printf("%d %d\n", arr[3], &arr[3] - &arr[0]);
	exit(0);
}
