/* @opts: -q */
struct inner { int x; int y; };
struct outer { char c; short s; int i; long l; struct inner in; int a[3]; char name[8]; int *p; };
struct outer v;
BEGIN
{
	v.c = 'x'; v.s = 2; v.i = -3; v.l = 4;
	v.in.x = 5; v.in.y = 6;
	v.a[0] = 7; v.a[1] = 8;
	v.name[0] = 'n'; v.name[1] = 'm';
	print(v);
	exit(0);
}
