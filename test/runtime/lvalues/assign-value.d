/* The value of an assignment is what was stored. */
#pragma D option quiet

char c;
unsigned short us;
struct { int b : 4; } s;

BEGIN
{
	printf("%d %d %d\n", c = 200, us = -1, s.b = 9);
	i = c = 400;
	printf("%d\n", i);
	printf("%d\n", (c += 100) + (us += 1));
	exit(0);
}
