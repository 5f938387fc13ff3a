/* Members of the elements of an associative array can be assigned one by one. */
#pragma D option quiet

struct s { int a; int b; };
struct s m[int];

BEGIN
{
	m[1].a = 7;
	m[1].b = 8;
	m[2].b = 9;
	m[1].a += 100;
	m[1].b++;
	printf("%d %d %d %d\n", m[1].a, m[1].b, m[2].a, m[2].b);
	exit(0);
}
