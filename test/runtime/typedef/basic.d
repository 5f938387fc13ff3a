#pragma D option quiet

typedef int number;
typedef number count_t;
typedef char *text;
typedef unsigned long long ull;
typedef int vec[3];
typedef struct pair { int a, b; } pair_t;
typedef pair_t *pair_p;
typedef string name_t;

count_t c;
text t;
vec v;
pair_t p;
pair_p pp;
name_t nm;

BEGIN
{
	c = 5;
	v[1] = 6;
	p.b = 7;
	nm = "name";
	pp = (pair_p)alloca(sizeof (pair_t));
	pp->a = 8;
	printf("%d %d %d %d %s\n", c, v[1], p.b, pp->a, nm);
	printf("%d %d %d %d %d %d\n", sizeof (count_t), sizeof (text), sizeof (ull), sizeof (vec),
	    sizeof (pair_t), sizeof (pair_p));
	printf("%d\n", (count_t)3000000000);
	exit(0);
}
