/* Casts cut and extend. */
#pragma D option quiet

BEGIN
{
	x = 0x1122334455667788;
	printf("%x %x %x %x\n", (char)x & 0xff, (short)x, (int)x, (long)x);
	y = -1;
	printf("%d %d %d %d\n", (unsigned char)y, (unsigned short)y, (uint32_t)y, (int)y);
	printf("%d\n", (char)200);
	printf("%d\n", (unsigned char)(signed char)-1);
	printf("%d\n", (int)(char)0x80);
	printf("%d\n", (long long)(int)0x80000000);
	printf("%u\n", (unsigned long long)(int)-5);
	printf("%d\n", (long)(unsigned int)(int)-1);
	exit(0);
}
