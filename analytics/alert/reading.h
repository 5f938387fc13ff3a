/*
 * reading.h - what a threshold measures in a dataset's second
 */
#ifndef ALERT_READING_H
#define ALERT_READING_H

#include "analytics/alert/watch.h"
#include "analytics/query/hub.h"

/* key: of which the reading is; "" for the whole. */
typedef void reading_fn(void *arg, const char *key, const struct reading *r);

/* Calls fn once, or, where the threshold watches every key, for each key of the second. -1 and *e when this dataset cannot
 * be measured so (a percentile of what is no distribution); fn is not called then. */
int reading_each(const struct threshold *t, const struct hub_second *s, reading_fn *fn, void *arg,
		 struct err *e);
/* What a key that the second does not have reads: nothing happened there, unless it may be among the others. */
struct reading reading_of_missing(const struct threshold *t, const struct hub_second *s);

#endif
