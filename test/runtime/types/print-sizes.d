/* printf() takes the width from the argument's type. */
#pragma D option quiet

BEGIN
{
	printf("%u %u %u %u\n", (char)-1, (short)-1, -1, -1ll);
	printf("%x %x %x %x\n", (char)-1, (short)-1, -1, -1ll);
	printf("%d %d %d\n", (unsigned char)-1, (unsigned short)-1, (unsigned int)-1);
	printf("%o %o\n", (char)-1, (short)8);
	printf("%hd %hhd %ld %lld\n", (short)-5, (char)-6, -7l, -8ll);
	printf("%i %X\n", -9, 0xbeef);
	exit(0);
}
