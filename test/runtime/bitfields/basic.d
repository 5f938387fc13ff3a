#pragma D option quiet

struct bits {
	int a : 1;
	int b : 3;
	unsigned int c : 3;
	unsigned int d : 12;
	unsigned long e : 40;
	int : 4;
	int f : 8;
};
struct bits v;

BEGIN
{
	v.a = 1; v.b = 5; v.c = 13; v.d = 0xfff; v.e = 0x123456789a; v.f = -3;
	printf("%d %d %d %d %x %d\n", v.a, v.b, v.c, v.d, v.e, v.f);
	v.c++; v.c++; v.c++;
	v.d -= 0xf00;
	v.b = v.c;
	printf("%d %d %d\n", v.b, v.c, v.d);
	v.d |= 0xf00; v.d <<= 4;
	printf("%x %d %x %d\n", v.d, v.a, v.e, v.f);
	exit(0);
}
