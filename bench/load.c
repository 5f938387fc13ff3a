/*
 * load.c - the traced work: system calls of one kind, timed
 *
 *	load KIND SAMPLES CALLS	-> one line: median, 10th percentile, mean, in ns a call
 *	load rate PER_SECOND SECONDS -> that many getppid calls a second; prints how many were made
 *	load keys COUNT ROUNDS	-> as many calls a round, each with another first argument
 *	load ready		-> says "ready" and waits to be told to stop: what it costs to be there
 *	load wait COMMAND...	-> ms from fork until it says "ready", then from SIGINT until it ended; KiB
 *
 * KIND: function (traced(), which does nothing), getppid, path (getppid with a path of 30 bytes as its first argument), or tcp (a byte to and fro over a
 * connection on the loopback device: two packets sent and two received). Pin it to a CPU
 * with taskset: the wanderings of the scheduler are no part of what is measured.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Both ends of a connection. */
static int connect_loopback(int ends[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&at, n) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&at, &n) ||
	    connect(ends[0], (struct sockaddr *)&at, n))
		return -1;
	ends[1] = accept(listener, NULL, NULL);
	for (int i = 0; i < 2; i++)
		setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return close(listener);
}

/* A function as compilers begin most. */
__attribute__((noinline, used)) void traced(void);
__asm__(".globl traced\n.type traced, @function\n"
	"traced: push %rbp\nmov %rsp, %rbp\npop %rbp\nret\n.size traced, . - traced\n");

static void to_and_fro(const int ends[2])
{
	char byte = 0;

	for (int i = 0; i < 2; i++)
		if (send(ends[i], &byte, 1, 0) != 1 || recv(ends[!i], &byte, 1, 0) != 1)
			exit(1);
}

static int timed(const char *kind, int samples, int calls)
{
	static const char path[] = "/usr/share/glasshouse/abcdefg"; /* 30 bytes with its NUL */
	double *t = calloc((size_t)samples, sizeof(*t)), sum = 0;
	const char *arg = strcmp(kind, "path") ? NULL : path;

	int ends[2], tcp = strcmp(kind, "tcp") == 0, function = strcmp(kind, "function") == 0;

	if (tcp && connect_loopback(ends) < 0)
		return 1;
	for (int i = 0; i < samples; i++) {
		uint64_t start = now_ns();

		for (int k = 0; k < calls; k++)
			if (tcp)
				to_and_fro(ends);
			else if (function)
				traced();
			else
				syscall(SYS_getppid, arg);
		t[i] = (double)(now_ns() - start) / calls;
		sum += t[i];
	}
	qsort(t, (size_t)samples, sizeof(*t), by_value);
	printf("%.2f %.2f %.2f\n", t[samples / 2], t[samples / 10], sum / samples);
	free(t);
	return 0;
}

/* Bursts of a millisecond's worth, so that the pace does not cost a clock read a call. */
static int rate(long per_second, long seconds)
{
	uint64_t start = now_ns(), burst = (uint64_t)per_second / 1000, made = 0;

	for (long ms = 0; ms < seconds * 1000; ms++) {
		for (uint64_t i = 0; i < burst; i++)
			syscall(SYS_getppid, NULL);
		made += burst;
		uint64_t due = start + (uint64_t)(ms + 1) * 1000000u;
		struct timespec ts = {.tv_sec = (time_t)(due / 1000000000u),
				      .tv_nsec = (long)(due % 1000000000u)};
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	}
	printf("%llu %.3f\n", (unsigned long long)made, (double)(now_ns() - start) / 1e9);
	return 0;
}

static int keys(long count, long rounds)
{
	for (long r = 0; r < rounds; r++)
		for (long i = 0; i < count; i++)
			syscall(SYS_getppid, i + 1);
	return 0;
}

static int wait_for(char **argv)
{
	int fd[2], status;
	char byte[4096];
	struct rusage use;

	if (pipe(fd) < 0)
		return 1;
	uint64_t start = now_ns();
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(fd[1]);
	size_t n = 0;
	do {
		ssize_t got = read(fd[0], byte + n, sizeof(byte) - 1 - n);
		if (got <= 0)
			return 1;
		n += (size_t)got;
		byte[n] = 0;
	} while (!strstr(byte, "ready"));
	uint64_t armed = now_ns();

	/* Again each second: some are not ready for it at once. */
	struct pollfd p = {.fd = fd[0], .events = POLLIN};
	do {
		kill(pid, SIGINT);
	} while (poll(&p, 1, 1000) == 0);
	while (read(fd[0], byte, sizeof(byte)) > 0)
		;
	wait4(pid, &status, 0, &use);
	printf("%.3f %.3f %ld\n", (double)(armed - start) / 1e6, (double)(now_ns() - armed) / 1e6,
	       use.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "ready"))
		return puts("ready") < 0 || fflush(stdout) || pause();
	if (argc > 2 && !strcmp(argv[1], "wait"))
		return wait_for(argv + 2);
	if (argc > 3 && !strcmp(argv[1], "keys"))
		return keys(atol(argv[2]), atol(argv[3]));
	if (argc > 3 && !strcmp(argv[1], "rate"))
		return rate(atol(argv[2]), atol(argv[3]));
	if (argc > 3)
		return timed(argv[1], atoi(argv[2]), atoi(argv[3]));
	fputs("usage: load KIND SAMPLES CALLS | rate N SECONDS | wait COMMAND...\n", stderr);
	return 2;
}
