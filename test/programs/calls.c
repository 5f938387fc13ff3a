/*
 * calls.c - functions to trace: calls [ROUNDS [SECONDS]] calls each once a round, after SECONDS
 *
 * "fork" in place of ROUNDS: the child calls add(1, 1), its parent add(2, 2) after it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int add(int a, int b);
long many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j);
size_t text(const char *s);
int choose(int n);
unsigned fact(unsigned n);
int unpleasant(const char *s);

__attribute__((noinline)) int add(int a, int b)
{
	return a + b;
}

__attribute__((noinline)) long many(long a, long b, long c, long d, long e, long f, long g, long h,
				    long i, long j)
{
	return a + b + c + d + e + f + g + h + i + j;
}

__attribute__((noinline)) size_t text(const char *s)
{
	return (size_t)(uintptr_t)s & 1;
}

/* More than one return instruction. */
__attribute__((noinline)) int choose(int n)
{
	__asm__ volatile("");
	if (n & 1) {
		__asm__ volatile("nop");
		return n * 3;
	}
	return n / 2 + add(n, n);
}

__attribute__((noinline)) unsigned fact(unsigned n)
{
	return n < 2 ? 1 : n * fact(n - 1);
}

__attribute__((noinline)) static int local_one(int a)
{
	__asm__ volatile("" : "+r"(a));
	return a;
}

__attribute__((noinline)) int unpleasant(const char *s)
{
	return s != NULL;
}

static int with_fork(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		add(1, 1);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return add(2, 2);
}

int main(int argc, char **argv)
{
	/* A text in a page that nothing has touched yet when text() is called. */
	static const char constant[] = "a constant that nobody has read";
	static const char spread[3 * 4096] = {[4096] = 1};
	int sum = 0;

	/* When it prints, next to what the tracer does, is nobody's concern. */
	if (!freopen("/dev/null", "w", stdout))
		return 1;
	if (argc > 2)
		sleep((unsigned)atoi(argv[2]));
	if (argc > 1 && !strcmp(argv[1], "fork"))
		return with_fork() == 4 ? 0 : 1;
	for (int i = 0; i < (argc > 1 ? atoi(argv[1]) : 1); i++) {
		sum += add(i, 7);
		sum += (int)many(1, 2, 3, 4, 5, 6, 7, 8, 9, -10);
		sum += (int)text(constant);
		sum += choose(1) + choose(4);
		sum += (int)fact(5);
		sum += local_one(-3);
		sum += unpleasant(NULL);
	}
	printf("%d\n", sum + spread[8192]);
	return 0;
}
