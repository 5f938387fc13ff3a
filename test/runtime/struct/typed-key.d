/* A struct is no key, its members are. */
#pragma D option quiet

struct s { int a; char b; } v;

BEGIN
{
	v.a = 1; v.b = 2;
	m[v.a, v.b] = 3;
	printf("%d %d\n", m[1, 2], m[2, 1]);
	exit(0);
}
