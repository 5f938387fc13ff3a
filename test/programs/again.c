/*
 * again.c - becomes itself again: again [stop] [ROUND] calls again(ROUND) and getppid(), then is round 2, and 3, and ends
 *
 * With "stop" it waits for SIGCONT first.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int again(int round);

__attribute__((noinline)) int again(int round)
{
	__asm__ volatile("" : "+r"(round));
	return round;
}

int main(int argc, char **argv)
{
	int round = argc > 2 ? atoi(argv[2]) : 1;
	char next[16];

	if (argc > 1 && !strcmp(argv[1], "stop"))
		raise(SIGSTOP);
	again(round);
	getppid();
	snprintf(next, sizeof(next), "%d", round + 1);
	if (round < 3)
		execl("/proc/self/exe", argv[0], "on", next, (char *)NULL);
	return 0;
}
