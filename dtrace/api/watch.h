/*
 * watch.h - what goes on among processes, watched once for all sessions of a program
 *
 * In: the kernel's news of what processes map and whom they come from (kern/mappings.c), zones (zones.h). Out: every
 * session that listens is told. A session that is given no watch (serve.h) has one of its own.
 */
#ifndef API_WATCH_H
#define API_WATCH_H

#include "dtrace/api/serve.h"
#include "dtrace/api/zones.h"
#include "dtrace/kern/kern.h"

struct zones *watch_zones(struct watch *w); /* NULL: no memory */

/* Mappings and forks from now on. wake: watch_fds() become readable at each piece of news. NULL and *e: they cannot be
 * watched. */
struct listener;
struct listener *watch_listen(struct watch *w, bool wake, kern_mapping_fn *fn, void *arg,
			      struct err *e);
void watch_leave(struct listener *l); /* NULL is fine */
int watch_fds(const struct listener *l, int *fds, int max);
/* Tells the listener what has happened, and with it all that are told in the same way. */
void watch_catch_up(struct listener *l);

#endif
