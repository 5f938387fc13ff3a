/* @opts: -q */
BEGIN
{
	printf("%d %d %d %d\n", (char)-1, (short)-2, (int)-3, (long long)-4);
	printf("%u %u %u %u\n", (unsigned char)255, (unsigned short)65535, 4294967295, 18446744073709551615);
	printf("%x %x %x %x\n", (char)-1, (short)-1, (int)-1, (long long)-1);
	printf("%hhd %hd %ld %lld\n", (char)-5, (short)-6, (long)-7, (long long)-8);
	printf("%hhu %hu %lu %llu\n", (char)5, (short)6, (long)7, (long long)8);
	printf("%hhx %hx %lx %llx\n", (char)-1, (short)-1, (long)-1, (long long)-1);
	exit(0);
}
