#!/usr/sbin/dtrace -s
#pragma D option quiet
int x, *y;
syscall::read*:entry, fbt:[a-z]?\*::, 42
/x / 2 == (3/4) && "/ {" != 'a'/
{
	@ = count(); @a[1, "two"] = sum(self->x->y.z);
	a <<= 1 >> 2; b ^^ c ^ d; `sym; mod`sym;	/* a
	comment */ x = 0x1fUL + 017 + 10ll;
	if (x >= 1 && y <= 2 || !z) { p->string = "a\tb"; }
}
#line 100 "other.d"
END { exit(0) }
