#pragma D option quiet

int a, b, *p;
unsigned long long int ull;
long unsigned lu;
short int si;
char c, ca[3], *cp;
const int ci;
volatile int vi;
extern int ei;
this int ti;
self string ts;
string str;
int *pa[3];

BEGIN
{
	a = 1; b = 2; p = (int *)alloca(sizeof (int)); *p = 1;
	printf("%d %d %d\n", a, b, *p);
	printf("%d %d %d %d\n", sizeof (ull), sizeof (lu), sizeof (si), sizeof (ca));
	pa[2] = p;
	*pa[2] = 2;
	printf("%d\n", *pa[2]);
	printf("%d\n", sizeof (pa));
	exit(0);
}
