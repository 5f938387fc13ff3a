#pragma D option quiet

struct a { int x : 3; int y : 5; };
struct b { int x : 30; int y : 5; };
struct c { char x : 3; char y : 6; };
struct d { int x : 3; int : 0; int y : 3; };
struct e { short s; int x : 10; char c; };
union f { int all; struct { unsigned int lo : 16; unsigned int hi : 16; } h; };
union f f;

BEGIN
{
	printf("%d %d %d %d %d\n", sizeof (struct a), sizeof (struct b), sizeof (struct c),
	    sizeof (struct d), sizeof (struct e));
	f.all = 0x12345678;
	printf("%x %x\n", f.h.lo, f.h.hi);
	f.h.hi = 0xabcd;
	printf("%x\n", f.all);
	exit(0);
}
