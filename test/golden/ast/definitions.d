#!/usr/sbin/dtrace -s
/* Inlines, translators, providers, pragmas. */
#pragma D option quiet
#pragma D depends_on library io.d	/* and a comment */
#pragma ident "a string /* that stays */"
#ident "classic"

inline int K = 3 + 4 * 2;
inline string name[int a, string b] = a ? "x\n" : b;
inline uint32_t *ptr = (uint32_t *)0;
#pragma D attributes Evolving/Evolving/Common K

translator struct out < struct in *p > {
	a = p->x;
	string = stringof(p->s);
	b = xlate <struct inner *> (p->y)->z;
};
translator uint64_t < int v > { no size, x: "reason"; no = 1; };

provider mine {
	probe start(int, char *s) : (struct out *o, int);
	probe end__now(void);
	probe empty() : ();
};
#pragma D attributes Stable/Stable/Common provider mine provider

BEGIN
#pragma D binding "1.0" here
{
#pragma D option aggsize=4m
	x = K;
}
