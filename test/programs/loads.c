/*
 * loads.c - loads PATH, calls plugged() and unloads it: loads PATH ROUNDS MILLISECONDS [stop]
 *
 * Between loading, calling and unloading it waits for so long. With "stop" it waits for SIGCONT first.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	unsigned us = argc > 3 ? (unsigned)atoi(argv[3]) * 1000 : 0;

	if (argc > 4)
		raise(SIGSTOP);
	for (int i = 0; argc > 1 && i < (argc > 2 ? atoi(argv[2]) : 1); i++) {
		void *h = dlopen(argv[1], RTLD_NOW);
		int (*plugged)(int) = h ? (int (*)(int))dlsym(h, "plugged") : NULL;
		if (!plugged) {
			fprintf(stderr, "%s\n", dlerror());
			return 1;
		}
		usleep(us);
		plugged(40 + i);
		usleep(us);
		dlclose(h);
	}
	return 0;
}
