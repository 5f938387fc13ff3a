/*
 * busy.c - what a zone of a service does, for bench/host: calls, a file, sleeps, now and then a process
 *
 *	busy ROUNDS FORKS	ROUNDS a second of 20 system calls each, FORKS processes a second; until killed
 *
 * A fork is due when so much of a second has passed: with both 0 it only sleeps.
 */
#include "base/clock.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void work(void)
{
	char bytes[512];
	int fd = open("/proc/self/comm", O_RDONLY);
	for (int i = 0; i < 17; i++)
		syscall(SYS_getppid);
	if (fd < 0 || read(fd, bytes, sizeof(bytes)) < 0)
		_exit(1);
	close(fd);
}

static void make_process(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

static void sleep_until(uint64_t at)
{
	struct timespec ts = {(time_t)(at / 1000000000u), (long)(at % 1000000000u)};
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

int main(int argc, char **argv)
{
	uint64_t rounds = argc > 1 ? strtoull(argv[1], NULL, 10) : 0, begun = clock_ns();
	uint64_t forks = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, made = 0, done = 0;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		uint64_t passed = clock_ns() - begun;
		for (; rounds && done * 1000000000u / rounds < passed; done++)
			work();
		for (; forks && made * 1000000000u / forks < passed; made++)
			make_process();
		uint64_t next = passed + 1000000000u;
		if (rounds && done * 1000000000u / rounds < next)
			next = done * 1000000000u / rounds;
		if (forks && made * 1000000000u / forks < next)
			next = made * 1000000000u / forks;
		sleep_until(begun + next);
	}
}
