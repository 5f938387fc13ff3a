/* The function that is called for twice() has no name: it was chosen among several, and the file is stripped. */
#include <stdio.h>

int twice(int n);
int use(int n);

#ifdef LIBRARY
static int add(int n)
{
	__asm__ volatile("nop");
	return n + n;
}

static int (*choose(void))(int)
{
	return add;
}

int twice(int n) __attribute__((ifunc("choose"), visibility("protected")));

int use(int n)
{
	return twice(n);
}
#else
int main(void)
{
	printf("%d %d\n", use(3), use(4));
	return 0;
}
#endif
