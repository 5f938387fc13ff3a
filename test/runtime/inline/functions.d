#pragma D option quiet

inline int add[int a, int b] = a + b;
inline int square[int n] = n * n;
inline string pick[int c, string x, string y] = c ? x : y;

BEGIN
{
	printf("%d %d %d\n", add[2, 3], square[add[1, 3]], add[square[2], -1]);
	printf("%s %s\n", pick[1, "yes", "no"], pick[0, "yes", "no"]);
	i = 6;
	printf("%d\n", square[i]);
	exit(0);
}
