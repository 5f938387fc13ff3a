/*
 * grace.h - waits until no program runs any more that ran when it was asked
 *
 * The kernel waits for a grace period of RCU, in which every program that does not sleep has ended, before it returns from
 * the update of a map in a map. That takes some 10 ms, so a thread of its own waits.
 */
#ifndef KERN_GRACE_H
#define KERN_GRACE_H

#include "base/err.h"

#include <stdbool.h>

struct grace;

/* NULL and *e: no privilege, no memory. Free with grace_free(), which waits for what has begun; NULL is fine. */
struct grace *grace_new(struct err *e);
void grace_free(struct grace *g);
/* Begins a period, when none is under way. 0; -1: no thread for it. */
int grace_begin(struct grace *g);
/* Is the one over that was begun last? */
bool grace_over(const struct grace *g);

#endif
