/* @opts: -q */
struct b { unsigned int lo : 4; unsigned int hi : 12; int s : 3; };
union u { int i; char c[4]; };
struct b b;
union u u;
BEGIN { b.lo = 5; b.hi = 0x123; b.s = 2; print(b); u.i = 0x41424344; print(u); exit(0); }
