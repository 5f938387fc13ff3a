#pragma D option quiet

inline int SIZE = 4;
int arr[SIZE];
struct s { int v[SIZE * 2]; int b : SIZE; } s;
enum { E = SIZE + 1 };

BEGIN
{
	printf("%d %d %d\n", sizeof (arr), sizeof (s.v), E);
	exit(0);
}
