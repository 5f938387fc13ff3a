/* Structures of other sizes than a number's are shown as text or as bytes. */
#pragma D option quiet

struct big {
	int a;
	int b;
	int c;
};

struct odd {
	char a;
	char b;
	char c;
};

struct big g;
struct odd o;

BEGIN
{
	g.a = 1;
	g.b = 2;
	g.c = 0x41424344;
	o.a = 'A';
	o.b = 'B';
	o.c = 'C';
	@[g] = count();
	@[g] = count();
	@o[o] = count();
	@mixed["x", g, 3] = sum(1);
	exit(0);
}
