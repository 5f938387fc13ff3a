#pragma D option quiet

BEGIN
{
	p = (long *)alloca(64);
	p[0] = 0x0102030405060708;
	c = (unsigned char *)p;
	s = (short *)p;
	i = (int *)p;
	printf("%d %x %x\n", c[0], s[1], i[1]);
	*(c + 7) = 0xff;
	printf("%x\n", *p);
	*(short *)(c + 2) = 0;
	printf("%x\n", *p);
	printf("%d\n", (char *)(p + 1) - (char *)p);
	exit(0);
}
