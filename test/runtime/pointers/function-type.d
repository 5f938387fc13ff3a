#pragma D option quiet

int (*fp)(int, char *);
struct ops { void (*open)(void); int (*read)(void *, int); } ops;
typedef int (*handler_t)(int);
handler_t h;

BEGIN
{
	printf("%d %d %d %d\n", sizeof (fp), sizeof (ops), sizeof (h), fp == NULL);
	ops.read = (int (*)(void *, int))0x1234;
	printf("%p\n", ops.read);
	h = (handler_t)0x77;
	printf("%x\n", (long)h);
	exit(0);
}
