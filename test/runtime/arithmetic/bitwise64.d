#pragma D option quiet

BEGIN
{
	x = 0xf0f0f0f0f0f0f0f0;
	printf("%x\n", x & 0xff00ff00ff00ff00);
	printf("%x\n", x | 0x0f0f0f0f0f0f0f0f);
	printf("%x\n", x ^ 0xffffffffffffffff);
	printf("%x\n", ~x);
	printf("%x\n", x >> 4);
	printf("%x\n", x << 4);
	printf("%x\n", 1ull << 63);
	printf("%d\n", (1ull << 63) >> 63);
	printf("%d\n", (int64_t)x >> 60);
	exit(0);
}
