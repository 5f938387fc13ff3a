#pragma D option quiet

unsigned char uc; char c; unsigned short us; unsigned int ui; int i; long l; unsigned long ul;

BEGIN
{
	uc = 200; c = -56; us = 40000; ui = 3000000000; i = -1; l = -1; ul = -1;
	printf("%d%d%d%d ", uc > 100, c < 0, us > 32767, ui > 2147483647);
	printf("%d%d%d ", i < 0, l < 0, ul > 0);
	printf("%d%d%d ", i == -1, ul == -1, ui == 3000000000);
	printf("%d%d%d ", (char)uc == c, (unsigned char)c == uc, (short)us < 0);
	printf("%d%d%d\n", i == 0xffffffff, l == 0xffffffff, ul == 0xffffffffffffffff);
	exit(0);
}
