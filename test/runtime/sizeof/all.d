#pragma D option quiet

typedef struct { char a; long b; } t;
union u { char a[9]; int b; };
enum e { X };
struct bits { int a : 3; int b : 6; long c : 40; };
int arr[3];

BEGIN
{
	printf("%d %d %d %d\n", sizeof (t), sizeof (union u), sizeof (enum e), sizeof (struct bits));
	printf("%d %d %d\n", sizeof ("hello"), sizeof (""), sizeof ('a'));
	printf("%d %d\n", sizeof (NULL), sizeof (1 + 1l));
	printf("%d %d\n", sizeof (arr[0] + (char)1), sizeof (&arr));
	printf("%d %d\n", sizeof (sizeof (int)), sizeof (offsetof(t, b)));
	printf("%d %d\n", sizeof (1 ? 1 : 2l), sizeof ((char)1 ? (char)1 : (char)2));
	printf("%d %d %d\n", sizeof (!1l), sizeof (1l && 1l), sizeof (1l < 2l));
	printf("%d %d\n", sizeof (-(char)1), sizeof (~1l));
	printf("%d\n", sizeof (struct task_struct *));
	n = sizeof (int) == 4 ? 1 : 0;
	printf("%d\n", n);
	exit(0);
}
