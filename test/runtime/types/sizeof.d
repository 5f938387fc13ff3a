#pragma D option quiet

struct s { char c; int i; char a[10]; };
struct s v;
struct s *p;
int arr[7];
int m[int];
string str;

BEGIN
{
	printf("%d %d %d %d\n", sizeof (struct s), sizeof (v), sizeof (p), sizeof (*p));
	printf("%d %d %d\n", sizeof (v.a), sizeof (p->a), sizeof (v.c));
	printf("%d %d %d\n", sizeof (arr), sizeof (arr[0]), sizeof (m[1]));
	printf("%d %d %d\n", sizeof (int *), sizeof (int [5]), sizeof (char *[3]));
	printf("%d %d\n", sizeof (str), sizeof (string));
	printf("%d\n", sizeof (int) + sizeof (long) * 2);
	printf("%d\n", sizeof v);
	printf("%d\n", sizeof (timestamp));
	printf("%d\n", sizeof (x = 5));
	exit(0);
}
