#pragma D option quiet

BEGIN
{
	i = 1;
	printf("%d %d %x\n", i << 31, 1l << 31, 1ull << 63);
	j = -16;
	printf("%d %d\n", j >> 2, (unsigned int)j >> 28);
	k = 40;
	printf("%x %d\n", 1ll << k, (1ll << 45) >> k);
	c = (char)-128;
	printf("%d %d\n", c >> 3, c << 1);
	u = (unsigned char)255;
	printf("%d\n", u << 8);
	exit(0);
}
