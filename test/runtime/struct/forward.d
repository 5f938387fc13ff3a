#pragma D option quiet

struct later;
struct holder { struct later *p; int n; };
struct later { int v; };
struct holder h;

BEGIN
{
	h.p = (struct later *)alloca(4);
	h.p->v = 9;
	printf("%d\n", h.p->v);
	exit(0);
}
