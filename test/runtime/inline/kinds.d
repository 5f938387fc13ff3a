#pragma D option quiet

struct s { int a; } g;
int arr[3];
string names[int];

inline int i0 = 100 + 23;
inline string i1 = probename;
inline int i2[int x] = arr[x];
inline string i3[int x] = names[x];
inline struct s *i4 = &g;
inline int i5[struct s *p] = p->a;
inline int i6[string a, string b] = a == b;
inline uint64_t i7 = timestamp;

BEGIN
{
	arr[1] = 5;
	names[2] = "two";
	g.a = 9;
	printf("%d %s %d %s %d %d %d%d %d\n", i0, i1, i2[1], i3[2], i4->a, i5[&g], i6["a", "a"],
	    i6["a", "b"], i7 > 0);
	exit(0);
}
