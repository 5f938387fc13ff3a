/*
 * watcher.h - all thresholds at work: in memory, second by second
 *
 * Thread-safe; nothing here waits for a disk or a network. What comes out is queued until somebody takes it.
 */
#ifndef ALERT_WATCHER_H
#define ALERT_WATCHER_H

#include "analytics/alert/book.h"

struct watcher;
struct hub_second;

enum {
	WATCHER_QUEUE_MAX =
	    4096, /* events not taken: beyond, no second is evaluated until they are */
	WATCHER_KEYS_MAX =
	    1024, /* keys of one threshold that are not idle, and of which is kept what is usual */
	WATCHER_LEARN = 4, /* of so many it is learned in a second */
};

/* env: for what is usual; it outlives the watcher. */
struct watcher *watcher_new(const struct alerts_env *env, struct err *e);
void watcher_free(struct watcher *w);

/* A new threshold, or another version of one that is there. When its condition is another, or it is disabled, its alerts
 * are closed quietly. */
int watcher_set(struct watcher *w, const struct threshold *t, const struct alerts_dataset *ds,
		struct err *e);
/* Its alerts are closed quietly. */
void watcher_remove(struct watcher *w, int64_t threshold);
/* An alert that lasted when the process ended; when its threshold is no more at work it is closed quietly. */
void watcher_restore(struct watcher *w, const struct alert *al, int64_t now);

/* -> whether there are events to take. */
bool watcher_second(struct watcher *w, int64_t second, const struct hub_second *at, uint32_t n);
/* The events, oldest first; an array of *n to free(), NULL for none. */
struct book_event *watcher_take(struct watcher *w, size_t *n);
/* Puts back, in front, what could not be written. Takes the array. */
void watcher_put_back(struct watcher *w, struct book_event *events, size_t n);

int watcher_status(struct watcher *w, int64_t threshold, struct threshold_status *out);
uint64_t watcher_seconds(struct watcher *w);

#endif
