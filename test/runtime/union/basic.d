#pragma D option quiet

union u {
	char c;
	short s;
	int i;
	long l;
	unsigned char b[8];
};
union u v, w;

BEGIN
{
	v.l = 0x1122334455667788;
	printf("%x %x %x %x %x\n", v.c & 0xff, v.s, v.i, v.b[7], sizeof (v));
	v.b[0] = 1;
	printf("%x\n", v.l);
	w = v;
	printf("%x\n", w.l);
	exit(0);
}
