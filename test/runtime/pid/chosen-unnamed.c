/* The function that is called for twice() has no name: it was chosen among several, and the file is stripped. */
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
	int six = use(3), eight = use(4);
	return six != 6 || eight != 8;
}
#endif
