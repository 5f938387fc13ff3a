/* Assignments between integer types of all widths. */
#pragma D option quiet

char c; short s; int i; long l;
unsigned char uc; unsigned short us; unsigned int ui; unsigned long ul;

BEGIN
{
	l = -2;
	c = l; s = l; i = l; uc = l; us = l; ui = l; ul = l;
	printf("%d %d %d %u %u %u %u\n", c, s, i, uc, us, ui, ul);
	l = c; printf("%d ", l);
	l = uc; printf("%d ", l);
	l = us; printf("%d ", l);
	l = ui; printf("%d ", l);
	l = ul; printf("%d\n", l);
	i = us = c = 0x12345;
	printf("%x %x %x\n", i, us, c);
	exit(0);
}
