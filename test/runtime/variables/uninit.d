/* What was never assigned is zero, in every scope. */
#pragma D option quiet

int g;
self int t;
this int c;
string s;
struct { int a; char b[4]; } st;
int arr[4];
int assoc[int];

BEGIN
{
	printf("%d %d %d %d %d %d %d\n", g, self->t, this->c, st.a, st.b[2], arr[3], assoc[17]);
	printf("[%s]\n", s);
	exit(0);
}
