#pragma D option quiet

inline int a = 5;
inline int b = a * 2 + 1;
inline string s = "text";
inline long big = 1ll << 40;
inline int neg = -3;

BEGIN
{
	printf("%d %d %s %d %d\n", a, b, s, big, neg);
	printf("%d\n", a + b * 2);
	exit(0);
}

BEGIN
/a == 5/
{
	n++;
}
