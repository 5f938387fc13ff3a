/* A program whose stacks are hard to walk: see no-frame-pointer.d. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static volatile int sink;

int leaf(int n)
{
	char b[n + 1];
	b[0] = 1;
	sink += b[0];
	syscall(SYS_getppid);
	return sink;
}

int three(int n)
{
	int x = leaf(n) + 1;
	sink += x;
	return x;
}

int aligned(int n)
{
	_Alignas(64) char big[128];
	memset(big, n, sizeof(big));
	int x = three(n + big[3]);
	sink += big[n];
	return x;
}

int one(int n)
{
	int x = aligned(n) + 1;
	sink += x;
	return x;
}

static void handler(int sig)
{
	one(sig);
	sink++;
}

static int compare(const void *a, const void *b)
{
	one(2);
	return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
	(void)argc;
	signal(SIGUSR1, handler);
	for (int i = 0; i < atoi(argv[1]); i++) {
		int pair[2] = {2, 1};
		one(3);
		raise(SIGUSR1);
		qsort(pair, 2, sizeof(pair[0]), compare);
		usleep(1000);
	}
	return 0;
}
