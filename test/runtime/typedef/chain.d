#pragma D option quiet

typedef unsigned char a_t;
typedef a_t b_t;
typedef b_t c_t;
typedef c_t *d_t;
typedef d_t e_t[4];
struct s { c_t c : 3; b_t b; };
e_t e;
struct s s;

BEGIN
{
	e[0] = (d_t)alloca(4);
	*e[0] = 300;
	s.c = 9;
	s.b = 257;
	printf("%d %d %d %d\n", *e[0], s.c, s.b, sizeof (e));
	exit(0);
}
