/*
 * tracer.c - see tracer.h
 *
 * One piece of work at a time: a caller puts it into fn, the thread takes it and leaves done, the caller takes that.
 */
#include "dtrace/api/tracer.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

struct tracer {
	pthread_t thread;
	pid_t pid; /* of the process that it is a thread of */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int (*fn)(void *); /* asked for; NULL: nothing is */
	void *arg;
	int result;
	bool done; /* result is that of fn */
	bool ends;
};

static void *work(void *arg)
{
	struct tracer *t = arg;
	pthread_mutex_lock(&t->lock);
	while (!t->ends) {
		if (t->fn && !t->done) {
			t->result = t->fn(t->arg);
			t->done = true;
			pthread_cond_broadcast(&t->changed);
		}
		pthread_cond_wait(&t->changed, &t->lock);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

/* Signals are for the threads that know of them. */
static int start(struct tracer *t)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&t->thread, NULL, work, t);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

struct tracer *tracer_new(struct err *e)
{
	struct tracer *t = calloc(1, sizeof(*t));
	if (!t) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	t->pid = getpid();
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->changed, NULL);
	int error = start(t);
	if (error) {
		free(t);
		err_sys(e, error, "failed to create a thread to hold commands");
		return NULL;
	}
	return t;
}

int tracer_call(struct tracer *t, int (*fn)(void *), void *arg, struct err *e)
{
	if (t->pid != getpid())
		return err_set(e, ESRCH,
			       "commands are another process's, which this was forked from");
	pthread_mutex_lock(&t->lock);
	t->fn = fn;
	t->arg = arg;
	t->done = false;
	pthread_cond_broadcast(&t->changed);
	while (!t->done)
		pthread_cond_wait(&t->changed, &t->lock);
	int result = t->result;
	t->fn = NULL;
	pthread_mutex_unlock(&t->lock);
	return result;
}

void tracer_free(struct tracer *t)
{
	if (!t)
		return;
	if (t->pid == getpid()) {
		pthread_mutex_lock(&t->lock);
		t->ends = true;
		pthread_cond_broadcast(&t->changed);
		pthread_mutex_unlock(&t->lock);
		pthread_join(t->thread, NULL);
	}
	pthread_mutex_destroy(&t->lock);
	pthread_cond_destroy(&t->changed);
	free(t);
}
