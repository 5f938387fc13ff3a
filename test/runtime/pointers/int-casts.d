#pragma D option quiet

BEGIN
{
	p = (int *)0x1000;
	printf("%p %x\n", p, (uintptr_t)p);
	p++;
	printf("%p\n", p);
	l = (long)p;
	printf("%x\n", l);
	v = (void *)l;
	printf("%d\n", v == p);
	printf("%d %d\n", (int)(long)p, sizeof (p));
	exit(0);
}
