/* grace.c - see grace.h */
#include "dtrace/kern/grace.h"

#include "dtrace/kern/kern.h"

#include <errno.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct grace {
	int inner, outer; /* the map, and the one that it is put into */
	pthread_t thread;
	pid_t pid; /* of the process that it is a thread of; 0: there is none */
	bool over;
};

static int make_maps(struct grace *g, struct err *e)
{
	struct kern_map_spec spec = {.type = BPF_MAP_TYPE_ARRAY,
				     .key_bytes = 4,
				     .value_bytes = 4,
				     .entries = 1,
				     .name = "grace"};
	if ((g->inner = kern_map_create(&spec, e)) < 0)
		return -1;
	spec.type = BPF_MAP_TYPE_ARRAY_OF_MAPS;
	spec.inner = g->inner;
	return (g->outer = kern_map_create(&spec, e)) < 0 ? -1 : 0;
}

struct grace *grace_new(struct err *e)
{
	struct grace *g = calloc(1, sizeof(*g));
	if (!g) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	g->inner = g->outer = -1;
	if (make_maps(g, e) < 0) {
		grace_free(g);
		return NULL;
	}
	return g;
}

/* A process that was forked meanwhile does not have the thread. */
static void join(struct grace *g)
{
	if (g->pid && g->pid == getpid())
		pthread_join(g->thread, NULL);
	g->pid = 0;
}

void grace_free(struct grace *g)
{
	if (!g)
		return;
	join(g);
	if (g->inner >= 0)
		close(g->inner);
	if (g->outer >= 0)
		close(g->outer);
	free(g);
}

static void *wait_for_it(void *arg)
{
	struct grace *g = arg;
	uint32_t key = 0;
	struct err e = {0};
	if (kern_map_update(g->outer, &key, &g->inner, 0, &e) == 0)
		__atomic_store_n(&g->over, true, __ATOMIC_RELEASE);
	return NULL;
}

int grace_begin(struct grace *g)
{
	sigset_t all, before;
	join(g);
	g->over = false;
	sigfillset(&all); /* signals are for the threads that know of them */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&g->thread, NULL, wait_for_it, g);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	g->pid = error ? 0 : getpid();
	return error ? -1 : 0;
}

bool grace_over(const struct grace *g)
{
	return __atomic_load_n(&g->over, __ATOMIC_ACQUIRE);
}
