/* A struct is shown as bytes. */
/* @opts: -q */
struct triple { int a; int b; int c; };
struct triple p;

BEGIN
{
	p.a = 0x41424344;
	p.b = 0x01020304;
	p.c = -1;
	trace(p);
	exit(0);
}
