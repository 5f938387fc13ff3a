/* @opts: -q */
BEGIN
{
	printf("%x %X %o\n", 255, 255, 8);
	printf("%#x %#X %#o %#x\n", 255, 255, 8, 0);
	printf("[%8x] [%-8x] [%08x] [%#10x]\n", 0xabc, 0xabc, 0xabc, 0xabc);
	printf("%x %x\n", -1, -1LL);
	exit(0);
}
