/*
 * deadman.h - tracing ends by itself when its consumer does not look at it any more
 *
 * In: a session that runs. Out: image_state.activity becomes ACT_KILLED when image_state.unwatched, which the consumer
 * sets to 0 whenever it looks, has come to DEADMAN_FIRINGS. DTrace has the same, with 30 seconds.
 */
#ifndef KERN_DEADMAN_H
#define KERN_DEADMAN_H

#include <stdint.h>

enum { DEADMAN_FIRINGS = 30 };

struct loaded;
struct deadman;

/* timeout_ns: how long a consumer may be away, in steps of DEADMAN_FIRINGS milliseconds. NULL: this kernel has no timers for programs, or no memory:
 * then nobody watches. Free with deadman_free(), before l. */
struct deadman *deadman_start(struct loaded *l, uint64_t timeout_ns);
void deadman_free(struct deadman *d); /* NULL is fine */

#endif
