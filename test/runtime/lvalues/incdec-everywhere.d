#pragma D option quiet

struct s { short m; unsigned int b : 6; int a[3]; };
int g;
this unsigned char t;
self long f;
short m[int];
self int sm[string];
struct s v;
struct s mv[int];
int *p;
int arr[3];

BEGIN
{
	p = (int *)alloca(8);
	i = 1;
	printf("%d %d %d %d %d | ", g++, ++g, g--, --g, g);
	printf("%d %d %d %d %d\n", this->t++, ++this->t, this->t--, --this->t, this->t);
	printf("%d %d %d %d %d | ", self->f++, ++self->f, self->f--, --self->f, self->f);
	printf("%d %d %d %d %d\n", m[i]++, ++m[i], m[i]--, --m[i], m[i]);
	printf("%d %d %d %d %d | ", self->sm["k"]++, ++self->sm["k"], self->sm["k"]--, --self->sm["k"],
	    self->sm["k"]);
	printf("%d %d %d %d %d\n", v.m++, ++v.m, v.m--, --v.m, v.m);
	printf("%d %d %d %d %d | ", v.b++, ++v.b, v.b--, --v.b, v.b);
	printf("%d %d %d %d %d\n", v.a[i]++, ++v.a[i], v.a[i]--, --v.a[i], v.a[i]);
	printf("%d %d %d %d %d | ", (*p)++, ++*p, (*p)--, --*p, *p);
	printf("%d %d %d %d %d\n", arr[i]++, ++arr[i], arr[i]--, --arr[i], arr[i]);
	printf("%d %d %d %d %d\n", mv[2].b++, ++mv[2].b, mv[2].b--, --mv[2].b, mv[2].b);
	*p = 10; p[1] = 20;
	printf("%d %d\n", *p++, *p);
	exit(0);
}
