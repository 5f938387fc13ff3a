/*
 * alert.h - thresholds and alerts: what the HTTP API and the daemon's main loop see of this folder
 *
 * In come closed seconds of datasets and people's changes of thresholds; out go alerts (a log that
 * survives restarts) and the deliveries of their actions. Everything lies in tables of its own of the
 * metadata database, on a connection of its own.
 *
 *	alert       one time that a threshold (for one key, where it watches every key) was crossed: posted,
 *	            perhaps posted again, perhaps acknowledged, cleared. Lost data clears nothing.
 *	delivery    one action for one event of one alert. It is written down in the transaction that posts the
 *	            alert, tried with growing pauses until it succeeds or is refused for good, and never made
 *	            twice: what a crash leaves unknown is tried again under the same id (Message-ID,
 *	            Idempotency-Key), a program is not run again.
 *
 * Threads: every function may be called from any thread. The actions are taken by a thread of their own, so
 * that a mail server that hangs is felt by nobody. Callbacks must not call alerts_* functions.
 *
 * scope (analytics/metric/scope.h): NULL is the operator, who sees everything; a tenant sees the thresholds made under
 * scopes that his own covers, and their alerts only. To everything else of the tenant's the answer is ENOENT.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include "analytics/alert/threshold.h"

struct alerts;
struct hub_second; /* analytics/query/hub.h */
struct usual;	   /* analytics/query/usual.h */

struct alerts_dataset {
	char name[1028];	       /* canonical */
	char unit[32], value_unit[32]; /* as struct hub_dataset has them */
};

/* What the alerts need of the daemon. Called without any lock of the alerts held, but for usual. */
struct alerts_env {
	void *ctx;
	/* verb: "enable", "disable", "suspend", "resume" of a dataset's name, in the scope. From the thread of
	 * the actions. What is so already is no error. */
	int (*dataset)(void *ctx, const char *verb, const char *name, const char *scope,
		       struct err *e);
	/* The same for every dataset of a worksheet, named or by number. NULL: there are no worksheets. */
	int (*worksheet)(void *ctx, const char *verb, const char *name, const char *scope,
			 struct err *e);
	/* Makes sure that a threshold's dataset exists, is well named and stays: -1 and *e refuses the threshold.
	 * Puts its canonical name and the units of its values and of what it distributes ("" if it does not) into *out.
	 * NULL: not checked. */
	int (*watch)(void *ctx, const char *name, const char *scope, struct alerts_dataset *out,
		     struct err *e);
	/* What is usual of a dataset, or a key of it, at a second. From the thread of the seconds, which holds a lock of
	 * the watcher's: it must not wait for alerts_*. NULL: nobody knows. */
	int (*usual)(void *ctx, uint32_t dataset, const char *key, int64_t second,
		     struct usual *out);
	/* Seconds from the first try of a delivery to the second; it doubles up to an hour. 0: 5. */
	unsigned retry_s;
};

/* Opens (making its tables where they are missing) the database file, reads the settings file (see
 * settings.h; NULL or missing: defaults) and starts the thread of the actions. NULL and *e on failure. */
struct alerts *alerts_open(const char *database, const char *settings, const struct alerts_env *env,
			   struct err *e);
/* Lets what is being delivered end for at most a second; the rest waits in the database. */
void alerts_close(struct alerts *a);

/* ---- the second ---- */

/* Evaluates every enabled threshold for the second that ended at unix time `second`, of which `at` has the n datasets
 * that were collected. Call it once for each closed second, in order; it is a hub_second_fn whose argument is the
 * struct alerts. Quick: it touches memory only. A second that is not later than the last (the clock stepped back)
 * is taken as the next one. */
void alerts_second(void *alerts, int64_t second, const struct hub_second *at, uint32_t n);

/* ---- thresholds ---- */

/* t->id == 0 stores a new one and sets t->id; otherwise it replaces that one. A threshold whose condition
 * changed starts anew: an alert that lasts is cleared silently. The name must be new in the scope. */
int alerts_put(struct alerts *a, const char *scope, struct threshold *t, struct err *e);
int alerts_get(struct alerts *a, const char *scope, int64_t id, struct threshold *t, struct err *e);
/* By name, where id is not known. */
int alerts_find(struct alerts *a, const char *scope, const char *name, struct threshold *t,
		struct err *e);
int alerts_delete(struct alerts *a, const char *scope, int64_t id, struct err *e);
/* All of the scope by id; a malloc'd array of *n (free() it). NULL and *e on failure; never NULL for none. */
struct threshold *alerts_list(struct alerts *a, const char *scope, size_t *n, struct err *e);

enum threshold_phase {
	PHASE_OK,
	PHASE_PENDING,
	PHASE_ACTIVE,
	PHASE_CLEARING,
	PHASE_ABSENT,
	PHASE_OFF
};
struct threshold_status {
	enum threshold_phase
	    phase;	 /* the worst of its keys; OFF: not enabled or outside its hours */
	bool known;	 /* the last second had a value */
	double value;	 /* that value; with key "*", the worst key's */
	char key[256];	 /* whose it is */
	int64_t second;	 /* of the last evaluation; 0: none yet */
	unsigned active; /* alerts that last */
	char error[256]; /* why it cannot be evaluated, "" */
};
const char *threshold_phase_name(enum threshold_phase phase);
int alerts_status(struct alerts *a, int64_t threshold, struct threshold_status *out);
/* Takes the threshold's actions once as EVENT_TEST: mail arrives, datasets are not touched, no alert is logged. */
int alerts_try(struct alerts *a, const char *scope, int64_t threshold, struct err *e);

/* ---- the log ---- */

struct alert {
	int64_t id, threshold; /* threshold: 0 when it was deleted since */
	char scope[SCOPE_BYTES], name[128], dataset[1028], key[256], note[512], unit[32];
	enum threshold_severity severity;
	bool absent;		 /* posted because there was no data */
	int64_t began;		 /* unix time of the first bad second */
	int64_t posted, cleared; /* unix time of the second; cleared 0: it lasts */
	int64_t reposted;	 /* the last time; 0: never */
	unsigned reposts;
	double value, worst, limit; /* at posting; the worst since; what it was held against */
	bool quietly;	      /* cleared because the threshold was changed, disabled or deleted */
	int64_t acknowledged; /* unix time; 0: not */
	char acknowledged_by[64], comment[256];
	char text[512]; /* one line for people: what is over which limit since when */
};

struct alerts_filter {
	int64_t since;	   /* posted or cleared at or after; 0: all */
	int64_t threshold; /* 0: of all */
	int64_t before;	   /* id below this: pages; 0: from the newest */
	bool lasting;	   /* only those not cleared */
	unsigned limit;	   /* at most; 0: 1000 */
};

/* Newest first, a malloc'd array of *n. NULL and *e on failure; never NULL for none. */
struct alert *alerts_log(struct alerts *a, const char *scope, const struct alerts_filter *f,
			 size_t *n, struct err *e);
/* No reposts any more; it still clears. Again is no error: the first stays. */
int alerts_acknowledge(struct alerts *a, const char *scope, int64_t alert, const char *who,
		       const char *comment, struct err *e);

enum delivery_state { DELIVERY_WAITING, DELIVERY_TRYING, DELIVERY_DONE, DELIVERY_FAILED };
const char *delivery_state_name(enum delivery_state s);
struct delivery {
	int64_t id, alert, threshold; /* alert 0: a test */
	enum alert_event event;
	char action[512]; /* as threshold_action_write() */
	enum delivery_state state;
	unsigned attempts;
	int64_t made, next, ended; /* unix time; next try, 0: none; ended 0: not yet */
	char error[256];	   /* of the last try that failed */
	char output[1024];	   /* a program's, cut */
};
/* Of one alert (0: of all), newest first, at most limit. As alerts_log(). */
struct delivery *alerts_deliveries(struct alerts *a, const char *scope, int64_t alert,
				   unsigned limit, size_t *n, struct err *e);

/* Called for each event of an alert after it is stored, in the thread of the actions, or in that which acknowledges
 * (event 0). Subscribe before the first second. */
typedef void alerts_event_fn(void *ctx, const struct alert *al, enum alert_event event);
void alerts_subscribe(struct alerts *a, alerts_event_fn *fn, void *ctx);

/* Counts since the start: seconds evaluated, alerts posted, deliveries done, failed, waiting now. */
struct alerts_counts {
	uint64_t seconds, posted, done, failed, waiting;
};
void alerts_counts(struct alerts *a, struct alerts_counts *out);

#endif
