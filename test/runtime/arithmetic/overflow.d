/* Values are cut to the size of what they are assigned to. */
#pragma D option quiet

char c;
unsigned char uc;
short s;
unsigned short us;
int i;
unsigned int ui;
long l;
unsigned long ul;

BEGIN
{
	c = 127; c++;
	uc = 255; uc++;
	s = 32767; s++;
	us = 65535; us++;
	i = 2147483647; i++;
	ui = 4294967295; ui++;
	l = 9223372036854775807; l++;
	ul = 18446744073709551615; ul++;
	printf("%d %d %d %d %d %d %d %d\n", c, uc, s, us, i, ui, l, ul);
	c--; uc--; s--; us--; i--; ui--; l--; ul--;
	printf("%d %u %d %u %d %u %d %u\n", c, uc, s, us, i, ui, l, ul);
	c = 300; uc = 300; s = 70000; us = 70000; i = 0x123456789; ui = 0x123456789;
	printf("%d %d %d %d %x %x\n", c, uc, s, us, i, ui);
	exit(0);
}
