#pragma D option quiet

char c;
signed char sc;
unsigned char uc;
uint8_t u8;
int8_t i8;

BEGIN
{
	c = 'A'; sc = -128; uc = 128; u8 = -1; i8 = 255;
	printf("%c %d %d %d %d %d\n", c, c, sc, uc, u8, i8);
	printf("%d %d\n", uc + uc, sc - 1);
	printf("%d\n", c == 65 && uc == 128 && i8 == -1);
	uc += 200; sc *= 3; u8 >>= 4; i8 <<= 3;
	printf("%d %d %d %d\n", uc, sc, u8, i8);
	exit(0);
}
