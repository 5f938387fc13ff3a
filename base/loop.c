/*
 * loop.c - epoll, timerfds and an eventfd behind loop.h
 *
 * A watch or timer that is freed while its callback, or an earlier one of the same turn, runs is marked
 * dead and freed at the end of the turn, so that no event of that turn reaches freed memory.
 */
#include "base/loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

struct loop_watch {
	struct loop *loop;
	struct loop_watch *next, **prev; /* of all that live; of the dead: next alone */
	int fd;
	bool dead;
	loop_fd_fn *fn;
	void *arg;
};
struct loop_timer {
	struct loop *loop;
	struct loop_timer *next, **prev;
	struct loop_watch *watch;
	int fd;
	bool once;
	loop_timer_fn *fn;
	void *arg;
};
struct loop_call {
	struct loop_call *next;
	void (*fn)(void *arg);
	void *arg;
};
struct loop {
	int epoll, event, clock; /* clock: of loop_seconds(), or -1 */
	struct loop_watch *watches, *dead;
	struct loop_timer *timers;
	bool stopped; /* atomic */
	pthread_mutex_t lock;
	struct loop_call *calls, **last; /* under lock */
	loop_second_fn *second;
	void *second_arg;
};

static void loop_calls(void *arg, uint32_t ready)
{
	struct loop *l = arg;
	uint64_t n;
	(void)ready;
	if (read(l->event, &n, sizeof(n)) < 0 && errno != EAGAIN)
		return;
	pthread_mutex_lock(&l->lock);
	struct loop_call *c = l->calls;
	l->calls = NULL;
	l->last = &l->calls;
	pthread_mutex_unlock(&l->lock);
	while (c) {
		struct loop_call *next = c->next;
		c->fn(c->arg);
		free(c);
		c = next;
	}
}

struct loop *loop_new(struct err *e)
{
	struct loop *l = calloc(1, sizeof(*l));
	if (!l) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	l->clock = -1;
	l->last = &l->calls;
	pthread_mutex_init(&l->lock, NULL);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->epoll < 0 || l->event < 0) {
		err_sys(e, errno, "cannot make an event loop");
		loop_free(l);
		return NULL;
	}
	if (!loop_watch(l, l->event, EPOLLIN, loop_calls, l, e)) {
		loop_free(l);
		return NULL;
	}
	return l;
}

static void loop_bury(struct loop *l)
{
	while (l->dead) {
		struct loop_watch *w = l->dead;
		l->dead = w->next;
		free(w);
	}
}

void loop_free(struct loop *l)
{
	if (!l)
		return;
	while (l->timers)
		loop_timer_free(l->timers);
	while (l->watches)
		loop_unwatch(l->watches);
	loop_bury(l);
	while (l->calls) {
		struct loop_call *c = l->calls;
		l->calls = c->next;
		free(c);
	}
	for (int i = 0; i < 3; i++) {
		int fd = i == 0 ? l->epoll : i == 1 ? l->event : l->clock;
		if (fd >= 0)
			close(fd);
	}
	pthread_mutex_destroy(&l->lock);
	free(l);
}

struct loop_watch *loop_watch(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *arg,
			      struct err *e)
{
	struct loop_watch *w = calloc(1, sizeof(*w));
	if (!w) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	*w = (struct loop_watch){.loop = l, .fd = fd, .fn = fn, .arg = arg};
	struct epoll_event ev = {.events = events, .data.ptr = w};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &ev) < 0) {
		err_sys(e, errno, "cannot wait for descriptor %d", fd);
		free(w);
		return NULL;
	}
	w->next = l->watches;
	w->prev = &l->watches;
	if (w->next)
		w->next->prev = &w->next;
	l->watches = w;
	return w;
}

int loop_watch_events(struct loop_watch *w, uint32_t events, struct err *e)
{
	struct epoll_event ev = {.events = events, .data.ptr = w};
	if (epoll_ctl(w->loop->epoll, EPOLL_CTL_MOD, w->fd, &ev) < 0)
		return err_sys(e, errno, "cannot wait for descriptor %d", w->fd);
	return 0;
}

void loop_unwatch(struct loop_watch *w)
{
	if (!w)
		return;
	epoll_ctl(w->loop->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	*w->prev = w->next;
	if (w->next)
		w->next->prev = w->prev;
	w->dead = true;
	w->next = w->loop->dead;
	w->loop->dead = w;
}

static void loop_timer_ready(void *arg, uint32_t ready)
{
	struct loop_timer *t = arg;
	uint64_t n;
	(void)ready;
	if (read(t->fd, &n, sizeof(n)) != sizeof(n))
		return;
	loop_timer_fn *fn = t->fn;
	void *of = t->arg;
	if (t->once)
		loop_timer_free(t);
	fn(of);
}

static struct timespec loop_timespec(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000),
				 .tv_nsec = (long)(ns % 1000000000)};
}

struct loop_timer *loop_timer(struct loop *l, uint64_t after_ns, uint64_t every_ns,
			      loop_timer_fn *fn, void *arg, struct err *e)
{
	struct loop_timer *t = calloc(1, sizeof(*t));
	if (!t) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	*t = (struct loop_timer){.loop = l, .once = every_ns == 0, .fn = fn, .arg = arg};
	/* 0 would disarm it. */
	struct itimerspec when = {loop_timespec(every_ns), loop_timespec(after_ns ? after_ns : 1)};
	t->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (t->fd < 0 || timerfd_settime(t->fd, 0, &when, NULL) < 0) {
		err_sys(e, errno, "cannot make a timer");
		goto fail;
	}
	t->watch = loop_watch(l, t->fd, EPOLLIN, loop_timer_ready, t, e);
	if (!t->watch)
		goto fail;
	t->next = l->timers;
	t->prev = &l->timers;
	if (t->next)
		t->next->prev = &t->next;
	l->timers = t;
	return t;
fail:
	if (t->fd >= 0)
		close(t->fd);
	free(t);
	return NULL;
}

void loop_timer_free(struct loop_timer *t)
{
	if (!t)
		return;
	loop_unwatch(t->watch);
	close(t->fd);
	*t->prev = t->next;
	if (t->next)
		t->next->prev = t->prev;
	free(t);
}

/* ---- seconds ---- */

static int loop_arm_second(struct loop *l, int64_t second, struct err *e)
{
	struct itimerspec when = {.it_interval = {.tv_sec = 1}, .it_value = {.tv_sec = second}};
	if (timerfd_settime(l->clock, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL) < 0)
		return err_sys(e, errno, "cannot wait for the wall clock");
	return 0;
}

static void loop_second_ready(void *arg, uint32_t ready)
{
	struct loop *l = arg;
	uint64_t n;
	struct timespec now;
	struct err e = {0};
	(void)ready;
	ssize_t got = read(l->clock, &n, sizeof(n));
	bool stepped = got < 0 && errno == ECANCELED;
	if (got < 0 && !stepped)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	/* Cancelled means that it must be armed anew, for the next second of the new time. */
	if (stepped && loop_arm_second(l, now.tv_sec + 1, &e) < 0)
		return;
	l->second(l->second_arg, now.tv_sec, stepped);
}

int loop_seconds(struct loop *l, loop_second_fn *fn, void *arg, struct err *e)
{
	struct timespec now;
	l->second = fn;
	l->second_arg = arg;
	l->clock = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (l->clock < 0)
		return err_sys(e, errno, "cannot make a timer");
	clock_gettime(CLOCK_REALTIME, &now);
	if (loop_arm_second(l, now.tv_sec + 1, e) < 0)
		return -1;
	return loop_watch(l, l->clock, EPOLLIN, loop_second_ready, l, e) ? 0 : -1;
}

/* ---- running ---- */

int loop_post(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct loop_call *c = malloc(sizeof(*c));
	uint64_t one = 1;
	if (!c)
		return -1;
	*c = (struct loop_call){NULL, fn, arg};
	pthread_mutex_lock(&l->lock);
	*l->last = c;
	l->last = &c->next;
	pthread_mutex_unlock(&l->lock);
	/* It can only fail when the counter is at its end, and then the loop is awake. */
	return write(l->event, &one, sizeof(one)) < 0 && errno != EAGAIN ? -1 : 0;
}

int loop_turn(struct loop *l, int timeout_ms, struct err *e)
{
	struct epoll_event ready[64];
	int n = epoll_wait(l->epoll, ready, 64, timeout_ms);
	if (n < 0 && errno != EINTR)
		return err_sys(e, errno, "cannot wait for events");
	for (int i = 0; i < n; i++) {
		struct loop_watch *w = ready[i].data.ptr;
		if (!w->dead)
			w->fn(w->arg, ready[i].events);
	}
	loop_bury(l);
	return 0;
}

int loop_run(struct loop *l, struct err *e)
{
	while (!__atomic_load_n(&l->stopped, __ATOMIC_ACQUIRE))
		if (loop_turn(l, -1, e) < 0)
			return -1;
	return 0;
}

void loop_stop(struct loop *l)
{
	uint64_t one = 1;
	__atomic_store_n(&l->stopped, true, __ATOMIC_RELEASE);
	if (write(l->event, &one, sizeof(one)) < 0)
		return; /* awake anyway */
}
