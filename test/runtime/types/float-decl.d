/* Floating point can be declared and its size asked for, not computed with. */
#pragma D option quiet

float f;
struct { double d; long double ld; int i; } s;

BEGIN
{
	printf("%d %d %d\n", sizeof (f), sizeof (s.d), sizeof (s.ld));
	s.i = 4;
	printf("%d\n", s.i);
	exit(0);
}
