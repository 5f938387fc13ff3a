/*
 * load.c - the traced work: system calls of one kind, timed
 *
 *	load KIND SAMPLES CALLS	-> one line: median, 10th percentile, mean, in ns a call
 *	load rate PER_SECOND SECONDS -> that many getppid calls a second; prints how many were made
 *	load keys COUNT ROUNDS	-> as many calls a round, each with another first argument
 *	load ready		-> says "ready" and waits to be told to stop: what it costs to be there
 *	load wait COMMAND...	-> ms from fork until it says "ready", then from SIGINT until it ended; KiB
 *
 * KIND is one of the table `kinds` below. Pin it to a CPU with taskset: the wanderings of the
 * scheduler are no part of what is measured.
 */
#include "base/clock.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
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

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Both ends of a connection. */
static int connect_loopback(int pair[2])
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	pair[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&at, n) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&at, &n) ||
	    connect(pair[0], (struct sockaddr *)&at, n))
		return -1;
	pair[1] = accept(listener, NULL, NULL);
	for (int i = 0; i < 2; i++)
		setsockopt(pair[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return close(listener);
}

/* A function as compilers begin most. */
__attribute__((noinline, used)) void traced(void);
__asm__(".globl traced\n.type traced, @function\n"
	"traced: push %rbp\nmov %rsp, %rbp\npop %rbp\nret\n.size traced, . - traced\n");

static void to_and_fro(const int pair[2])
{
	char byte = 0;

	for (int i = 0; i < 2; i++)
		if (send(pair[i], &byte, 1, 0) != 1 || recv(pair[!i], &byte, 1, 0) != 1)
			exit(1);
}

/* ---- kinds of work: one call of each is what a row of the table is about ---- */

static const char *path;
static int ends[2];
static char *block;

static int no_path(void)
{
	return 0;
}

static int with_path(void)
{
	path = "/usr/share/glasshouse/abcdefg"; /* 30 bytes with its NUL */
	return 0;
}

static void ask(void)
{
	syscall(SYS_getppid, path);
}

static int connection(void)
{
	return connect_loopback(ends);
}

static void bytes(void)
{
	to_and_fro(ends);
}

/* A thread that gives back each byte it gets. */
static void *echo(void *theirs)
{
	const int *fd = theirs;
	char byte;

	while (read(fd[0], &byte, 1) == 1)
		if (write(fd[1], &byte, 1) != 1)
			break;
	return NULL;
}

static int partner(void)
{
	static int there[2], back[2], theirs[2];
	pthread_t thread;

	if (pipe(there) || pipe(back))
		return -1;
	theirs[0] = there[0];
	theirs[1] = back[1];
	ends[0] = back[0];
	ends[1] = there[1];
	return pthread_create(&thread, NULL, echo, theirs);
}

static void switches(void)
{
	char byte = 0;

	if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
		exit(1);
}

static void process(void)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execl("/proc/self/exe", "load", (char *)NULL);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid)
		exit(1);
}

/* The block device $LOAD_DEVICE, without the page cache. */
static int device(void)
{
	const char *name = getenv("LOAD_DEVICE");

	ends[0] = name ? open(name, O_RDONLY | O_DIRECT) : -1;
	return ends[0] < 0 ? -1 : posix_memalign((void **)&block, 4096, 4096);
}

static void request(void)
{
	if (pread(ends[0], block, 4096, 0) != 4096)
		exit(1);
}

static const struct {
	const char *name;
	int (*begin)(void);
	void (*once)(void);
	int fewer; /* it takes so much longer than a system call: a sample has so many calls fewer */
} kinds[] = {
    {"function", no_path, traced, 1}, /* one that does nothing */
    {"getppid", no_path, ask, 1},
    {"path", with_path, ask, 1},      /* getppid with a path as its first argument */
    {"tcp", connection, bytes, 1},    /* a byte to and fro over the loopback device: four packets */
    {"switch", partner, switches, 1}, /* a byte to and fro between two threads: two switches */
    {"process", no_path, process, 100}, /* a process that executes a program and ends */
    {"request", device, request, 10},	/* a read of a disk */
};

static int timed(const char *name, int samples, int calls)
{
	double *t = calloc((size_t)samples, sizeof(*t)), sum = 0;
	size_t kind = 0;

	while (strcmp(kinds[kind].name, name) != 0)
		if (++kind == sizeof(kinds) / sizeof(kinds[0]))
			return 2;
	if (kinds[kind].begin() < 0)
		return 1;
	calls /= kinds[kind].fewer;
	for (int i = 0; i < samples; i++) {
		uint64_t start = clock_ns();

		for (int k = 0; k < calls; k++)
			kinds[kind].once();
		t[i] = (double)(clock_ns() - start) / calls;
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
	uint64_t start = clock_ns(), burst = (uint64_t)per_second / 1000, made = 0;

	for (long ms = 0; ms < seconds * 1000; ms++) {
		for (uint64_t i = 0; i < burst; i++)
			syscall(SYS_getppid, NULL);
		made += burst;
		uint64_t due = start + (uint64_t)(ms + 1) * 1000000u;
		struct timespec ts = {.tv_sec = (time_t)(due / 1000000000u),
				      .tv_nsec = (long)(due % 1000000000u)};
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	}
	printf("%llu %.3f\n", (unsigned long long)made, (double)(clock_ns() - start) / 1e9);
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
	uint64_t start = clock_ns();
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
	uint64_t armed = clock_ns();

	/* Again each second: some are not ready for it at once. */
	struct pollfd p = {.fd = fd[0], .events = POLLIN};
	do {
		kill(pid, SIGINT);
	} while (poll(&p, 1, 1000) == 0);
	while (read(fd[0], byte, sizeof(byte)) > 0)
		;
	wait4(pid, &status, 0, &use);
	printf("%.3f %.3f %ld\n", (double)(armed - start) / 1e6, (double)(clock_ns() - armed) / 1e6,
	       use.ru_maxrss);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "ready"))
		return puts("ready") < 0 || fflush(stdout) || pause();
	if (argc == 1) /* what "process" executes */
		return 0;
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
