/* A function whose name only a file beside the program knows, and which is over when the stack is shown. */
#include <unistd.h>

__attribute__((noinline)) static int inner(int n)
{
	return getppid() + n;
}

__attribute__((noinline)) static int outer(int n)
{
	return inner(n + 1) * 2;
}

int main(int argc, char **argv)
{
	(void)argv;
	return outer(argc) == 0;
}
