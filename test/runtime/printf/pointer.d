/* @opts: -q */
BEGIN
{
	printf("%p %p %p\n", NULL, (void *)0x1234, 0xffffffff81000000);
	printf("[%20p]\n", (void *)0xabcd);
	exit(0);
}
