/* Members of every integer type, and the layout of C. */
#pragma D option quiet

struct s {
	char c;
	short s;
	int i;
	long l;
	unsigned char uc;
	unsigned short us;
	unsigned int ui;
	unsigned long ul;
	long long ll;
	int8_t i8;
	uint16_t u16;
	void *p;
	char a[5];
};

struct s v;

BEGIN
{
	v.c = -1; v.s = -2; v.i = -3; v.l = -4; v.uc = -1; v.us = -1; v.ui = -1; v.ul = -1;
	v.ll = 1ll << 40; v.i8 = 200; v.u16 = 70000; v.p = (void *)0x1234; v.a[4] = 'z';
	printf("%d %d %d %d\n", v.c, v.s, v.i, v.l);
	printf("%u %u %u %u\n", v.uc, v.us, v.ui, v.ul);
	printf("%d %d %d %p %c\n", v.ll, v.i8, v.u16, v.p, v.a[4]);
	printf("%d\n", sizeof (struct s));
	printf("%d %d %d %d %d %d\n", offsetof(struct s, s), offsetof(struct s, i),
	    offsetof(struct s, l), offsetof(struct s, us), offsetof(struct s, p),
	    offsetof(struct s, a));
	exit(0);
}
