#pragma D option quiet

typedef struct { int a; } in_t;
typedef struct { int x; char c; } out_t;
typedef out_t alias_t;

translator out_t < in_t *p > {
	x = p->a;
	c = 'c';
};

in_t *p;
alias_t v;

BEGIN
{
	p = (in_t *)alloca(sizeof (in_t));
	p->a = 5;
	printf("%d %c\n", xlate<out_t>(p).x, xlate<out_t *>(p)->c);
	v = xlate<out_t>(p);
	printf("%d %c\n", v.x, v.c);
	printf("%d\n", xlate<alias_t>(p).x);
	exit(0);
}
