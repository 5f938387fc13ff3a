/* An array without a NUL ends with its last byte. */
#pragma D option quiet

struct s { char c[4]; char d[4]; } g;

BEGIN
{
	g.c[0] = 'a'; g.c[1] = 'b'; g.c[2] = 'c'; g.c[3] = 'd';
	g.d[0] = 'e';
	printf("%s\n", g.c);
	printf("%s %d\n", stringof(g.c), strlen(stringof(g.c)));
	exit(0);
}
