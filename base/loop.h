/*
 * loop.h - one thread's event loop: descriptors, timers, seconds of the wall clock, other threads' calls
 *
 * Everything runs in the thread that calls loop_run(), one callback at a time; only loop_post() and
 * loop_stop() may be called from elsewhere. A callback may add and remove anything, itself included.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_watch; /* a descriptor that is waited for */
struct loop_timer;

struct loop *loop_new(struct err *e);
/* Frees watches and timers that are left; descriptors stay open, calls posted but not made are dropped. */
void loop_free(struct loop *l);

/* fn is called when fd has any of events (EPOLLIN | EPOLLOUT ..); ready: which, and EPOLLHUP, EPOLLERR. */
typedef void loop_fd_fn(void *arg, uint32_t ready);
struct loop_watch *loop_watch(struct loop *l, int fd, uint32_t events, loop_fd_fn *fn, void *arg,
			      struct err *e);
int loop_watch_events(struct loop_watch *w, uint32_t events, struct err *e);
/* Before the descriptor is closed. NULL is fine. */
void loop_unwatch(struct loop_watch *w);

/* fn is called once, after_ns from now (monotonic), and then each every_ns; every_ns 0: only once, and
 * the timer is gone after that call. */
typedef void loop_timer_fn(void *arg);
struct loop_timer *loop_timer(struct loop *l, uint64_t after_ns, uint64_t every_ns,
			      loop_timer_fn *fn, void *arg, struct err *e);
void loop_timer_free(struct loop_timer *t); /* NULL is fine */

/* fn is called at the start of each second of the wall clock, with that second (unix). After a delay
 * it is called once, with the newest; when the clock is set, at the next second after that, `stepped`. */
typedef void loop_second_fn(void *arg, int64_t second, bool stepped);
int loop_seconds(struct loop *l, loop_second_fn *fn, void *arg, struct err *e);

/* From any thread: fn(arg) is called soon in the loop's own thread, in the order of posting. -1: no memory. */
int loop_post(struct loop *l, void (*fn)(void *arg), void *arg);

/* Runs until loop_stop(). */
int loop_run(struct loop *l, struct err *e);
/* Waits at most timeout_ms (-1: for ever) for something to do, and does it: for tests. */
int loop_turn(struct loop *l, int timeout_ms, struct err *e);
void loop_stop(struct loop *l);

#endif
