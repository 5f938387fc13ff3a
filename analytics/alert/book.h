/*
 * book.h - what is written down: thresholds, alerts, deliveries
 *
 * Tables (of owner "alert" in the metadata database; times are unix seconds):
 *
 *	alert_install    one row: id, 32 random hex digits that make ids of deliveries unique in the world
 *	alert_threshold  id, scope, name, spec (threshold_write())
 *	alert            id, threshold, ..: struct alert of alert.h, column by column; cleared 0: it lasts
 *	alert_delivery   id, alert, threshold, event, round (how many reposts before), slot (index of the action), action,
 *	                 at and value of the event, state, attempts, made, next, ended, error, output
 *
 * UNIQUE(alert, event, round, slot) where there is an alert: whatever happens, an event is delivered once by each
 * action. At most one alert of a threshold and key lasts. One thread at a time.
 */
#ifndef ALERT_BOOK_H
#define ALERT_BOOK_H

#include "analytics/alert/alert.h"
#include "analytics/query/usual.h"

struct book;

enum {
	BOOK_WAITING_MAX = 20000,     /* deliveries; beyond, new ones fail at once */
	BOOK_ALERTS_MAX = 100000,     /* the oldest that ended go */
	BOOK_DELIVERIES_MAX = 200000, /* likewise */
	BOOK_PRUNE_EVERY = 1000,      /* events */
	BOOK_GIVE_UP_S = 7 * 86400,
};

/* Opens, makes tables. Deliveries that were being tried when the process ended wait again; a program fails. */
struct book *book_open(const char *database, int64_t now, struct err *e);
void book_close(struct book *b);
const char *book_install(const struct book *b);

int book_put(struct book *b, struct threshold *t, struct err *e);
int book_delete(struct book *b, int64_t threshold, struct err *e);
typedef int book_threshold_fn(void *arg, const struct threshold *t);
/* All of them, by id, until fn does not return 0. A row that cannot be read is passed by with a message on stderr. */
int book_thresholds(struct book *b, book_threshold_fn *fn, void *arg, struct err *e);
int book_get(struct book *b, int64_t threshold, struct threshold *t, struct err *e);

/* What came out of a watch. */
struct book_event {
	int64_t threshold, second, began;
	enum alert_event event;
	bool absent, quietly;
	double value, worst;
	char key[256], unit[32];
	double seen;	    /* of measure unusual: the value itself */
	struct usual usual; /* and what it is held against */
};
/* Writes the event and its deliveries down, together or not at all. *al is the alert as it is then. 0; 1 when there is
 * nothing to do (it was written before, or the threshold is gone); -1 and *e. */
int book_event(struct book *b, const struct book_event *ev, int64_t now, struct alert *al,
	       struct err *e);
/* The deliveries of a test. */
int book_test(struct book *b, const struct threshold *t, int64_t now, struct err *e);

struct alert *book_alerts(struct book *b, const char *scope, const struct alerts_filter *f,
			  size_t *n, struct err *e);
/* 0: done, *al as it is then; 1: it was before; -1 and *e. */
int book_acknowledge(struct book *b, const char *scope, int64_t alert, const char *who,
		     const char *comment, int64_t now, struct alert *al, struct err *e);
struct delivery *book_deliveries(struct book *b, const char *scope, int64_t alert, unsigned limit,
				 size_t *n, struct err *e);

/* A delivery to be made. */
struct job {
	int64_t id;
	enum alert_event event;
	unsigned attempts; /* this one included */
	int64_t at, made;
	double value; /* at that time */
	struct threshold_action action;
	struct alert alert; /* of a test: made up */
};
/* Up to max deliveries that are due and whose predecessors for the same alert and action have ended, not of the kinds in the
 * text `but` (" mail run "). Marks them as being tried. -1 and *e. */
int book_take(struct book *b, int64_t now, const char *but, struct job *jobs, int max,
	      struct err *e);
/* When the next one after now falls due; 0: none waits. */
int64_t book_next(struct book *b, int64_t now);
int book_done(struct book *b, int64_t delivery, int64_t now, const char *output, struct err *e);
int book_failed(struct book *b, int64_t delivery, int64_t now, const char *error,
		const char *output, struct err *e);
int book_later(struct book *b, int64_t delivery, int64_t next, const char *error, struct err *e);
int64_t book_waiting(struct book *b);

#endif
