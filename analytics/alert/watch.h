/*
 * watch.h - when an alert begins, is repeated and ends: the state of one threshold, for one key
 *
 * A pure machine: in goes how each closed second looks, out comes at most one event for it. It knows no clock, so a
 * clock that steps neither begins nor ends anything: dwell times are counted in seconds that were seen.
 *
 *	                  bad for minpost                     good for minclear
 *	  OK -> PENDING ------------------> ACTIVE -> CLEARING ----------------> OK
 *	   ^______|  not bad                  ^___________|  not good
 *
 * What is neither bad nor good (between the two limits) ends both dwells. What is not known (no data; lost
 * events where they might have made the difference; no events at all) adds to none and resolves nothing; when it
 * lasts longer than the dwell itself, the dwell begins anew.
 */
#ifndef ALERT_WATCH_H
#define ALERT_WATCH_H

#include "analytics/alert/threshold.h"

/* What a threshold measures in a second. */
struct reading {
	enum {
		READ_VALUE,
		READ_QUIET,
		READ_ABSENT
	} state; /* QUIET: there are data, of no events */
	bool
	    partial; /* events were lost, or not all of the second was seen: it may have been more */
	double value;
};

enum look { LOOK_BAD, LOOK_BETWEEN, LOOK_GOOD, LOOK_UNKNOWN, LOOK_ABSENT };
enum look watch_look(const struct threshold *t, const struct reading *r);

enum watch_phase { WATCH_OK, WATCH_PENDING, WATCH_ACTIVE, WATCH_CLEARING };
struct watch {
	enum watch_phase phase;
	bool absent;		/* the alert is that there are no data */
	int64_t last;		/* the last second; 0: none */
	uint64_t bad, not_good; /* of the last seconds known, bit 0 the newest */
	int64_t dwell_s, gap_s; /* of the phase; not known since */
	int64_t absent_s;	/* without data since */
	int64_t since_post_s;	/* since it was posted last */
	int64_t began;		/* the first bad second of it */
};

void watch_init(struct watch *w);
/* As it was when the process ended: an alert lasts that was posted (again) at unix time `posted`. */
void watch_restore(struct watch *w, bool absent, int64_t began, int64_t posted, int64_t now);
/* The next second. open: it lies in the hours of the threshold. -> EVENT_POST, _REPOST, _CLEAR, or 0. */
unsigned watch_second(struct watch *w, const struct threshold *t, bool open, int64_t second,
		      enum look look);
/* Nothing is lost when it is forgotten. */
bool watch_idle(const struct watch *w, const struct threshold *t);

struct zoneinfo;
/* Whether a unix time lies in the hours and on the days of a threshold. z: of its time zone. */
bool watch_open(const struct threshold *t, const struct zoneinfo *z, int64_t unix_s);

#endif
