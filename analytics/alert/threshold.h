/*
 * threshold.h - what is to be watched, when that is an alert, and what is to be done about it
 *
 * A threshold is a plain value: copy it, put it on the stack. Its fields stand in one table
 * (threshold_fields), by which everybody else reads and writes them as text: the shell's options,
 * the HTTP API's members and the stored form have the same names, and nobody keeps a second list.
 *
 *	dataset       what is measured, by its name: io.ops[latency]
 *	key           "": the whole of it; "web": that key; "*": every key for itself
 *	measure       value       the second's value, in the dataset's unit (of a distribution: its count)
 *	              percentile  the value that `percentile` per cent of the second's events do not exceed
 *	              share       per cent of the second's events above `share_above`
 *	              unusual     by how many spreads the value lies outside its usual range, on either side (usual.h)
 *	type          exceeds: value > limit is bad;  below: value < limit is bad
 *	clear         where it is good again: value <= clear (>= for below); between the two nothing changes
 *	of            "m/n": bad when m of the last n seconds were, good when fewer than m were not good
 *	minpost       seconds that it must be bad before the alert is posted
 *	minclear      seconds that it must be good before the alert is cleared
 *	window_start, window_end, days, timezone: nothing is posted outside; what is posted still clears
 *	repost        seconds between repetitions while it lasts; 0: none
 *	absent        seconds without data that are an alert themselves; 0: never
 *	quiet         of percentile and share, in a second without events: hold (nothing changes) or clear
 *	action        up to THRESHOLD_ACTIONS of them
 *
 * The stored form is text, a line "field: value" for each field that differs from its default.
 */
#ifndef ALERT_THRESHOLD_H
#define ALERT_THRESHOLD_H

#include "analytics/metric/scope.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	THRESHOLD_ACTIONS = 8,
	ACTION_PARAMS = 5,
	ACTION_TEXT = 256,
	THRESHOLD_N_MAX = 64,		       /* seconds of "m/n" */
	THRESHOLD_SECONDS_MAX = 7 * 24 * 3600, /* of every duration */
};

enum threshold_measure { MEASURE_VALUE, MEASURE_PERCENTILE, MEASURE_SHARE, MEASURE_UNUSUAL };
enum threshold_type { TYPE_EXCEEDS, TYPE_BELOW };
enum threshold_quiet { QUIET_HOLD, QUIET_CLEAR };
enum threshold_severity { SEVERITY_MINOR, SEVERITY_MAJOR, SEVERITY_CRITICAL };

/* What an action is taken on; a set of bits. */
enum alert_event {
	EVENT_POST = 1,	  /* the alert begins */
	EVENT_REPOST = 2, /* it still lasts */
	EVENT_CLEAR = 4,  /* it is over */
	EVENT_TEST = 8,	  /* somebody wants to see whether the action works */
};

/* As the dataset of suspend, resume and disable: the one that the alert's key names, such as that which costs too much. */
#define ACTION_KEY "{key}"

/* One row for each kind of action; its parameters by name. */
struct action_kind {
	const char *name;
	const char *params[ACTION_PARAMS]; /* NULL after the last */
	unsigned required;		   /* bit i: params[i] must be given */
	unsigned one_of;		   /* exactly one of these must be */
	unsigned on;			   /* default of what it is taken on */
	bool tenant;			   /* a zone's tenant may use it */
	const char *help;
};
/* Ends with a row without a name. */
extern const struct action_kind action_kinds[];

struct threshold_action {
	const struct action_kind *kind;		/* NULL: there is none */
	unsigned on;				/* alert_event bits */
	char param[ACTION_PARAMS][ACTION_TEXT]; /* as kind->params; "" = not given */
};

struct threshold {
	int64_t id;		 /* 0: not stored yet */
	char scope[SCOPE_BYTES]; /* the tenant's; "" = the operator's */
	char name[128], dataset[1028], key[256], note[512];
	bool enabled;
	enum threshold_severity severity;
	enum threshold_measure measure;
	enum threshold_type type;
	enum threshold_quiet quiet;
	double percentile, share_above;
	double limit, clear;
	bool has_limit, has_clear; /* without a clear value of its own: the limit */
	unsigned of_m, of_n;
	int64_t minpost_s, minclear_s, repost_s, absent_s;
	bool tell_clear; /* take the actions of EVENT_CLEAR */
	int start_min,
	    end_min;   /* minutes of the day; -1, -1: all day; start > end: over midnight */
	unsigned days; /* bit 0 = Sunday .. bit 6 = Saturday: the day on which the window begins */
	char timezone[64]; /* of the zoneinfo files; "UTC" */
	unsigned nactions;
	struct threshold_action action[THRESHOLD_ACTIONS];
};

enum field_type {
	FIELD_TEXT,
	FIELD_CHOICE,
	FIELD_NUMBER,
	FIELD_SECONDS,
	FIELD_BOOL,
	FIELD_ACTIONS
};

struct threshold_field {
	const char *name;
	enum field_type type;
	const char *fallback; /* its default, as threshold_get() writes it; NULL: must be given */
	const char *choices;  /* of FIELD_CHOICE: "a|b|c" */
	const char *help;
};
/* Ends with a row without a name. "action" is the one FIELD_ACTIONS. */
extern const struct threshold_field threshold_fields[];

/* A threshold with every default. */
void threshold_init(struct threshold *t);

/* Sets a field from text: numbers may have a unit (100ms, 64k, 1Gi, 5%; of time they become ns, of
 * FIELD_SECONDS seconds; "off" is 0 there). "action" adds one, given as a line of words:
 *	mail to=ops@example.org subject="{name} of {zone}" on=post,clear
 * -1 and *e when there is no such field or it cannot have the value; t is as before. */
int threshold_set(struct threshold *t, const char *field, const char *value, struct err *e);

/* Appends the canonical text of a field to out; nothing for "action". -1 when there is no such field. */
int threshold_get(const struct threshold *t, const char *field, struct buf *out);

/* Actions piece by piece, for those who have them as objects. -> index of the new action, or -1. */
int threshold_add_action(struct threshold *t, const char *kind, struct err *e);
/* param: one of the kind's, or "on" (post,repost,clear). */
int threshold_set_param(struct threshold *t, int action, const char *param, const char *value,
			struct err *e);
/* An action as a line of words, as threshold_set() takes it. */
void threshold_action_write(const struct threshold_action *x, struct buf *out);
/* A parameter by name; NULL when it is not given, or the kind has none such. */
const char *action_param(const struct threshold_action *x, const char *param);
/* "post,clear" */
void event_names(unsigned on, struct buf *out);

/* Whether the fields fit together and nothing that must be given is missing. Does not look whether the
 * dataset exists. 0 or -1 and *e. */
int threshold_check(const struct threshold *t, struct err *e);

/* The stored form: lines "field: value", '#' begins a comment line. Starts from the defaults, checks. */
int threshold_read(struct threshold *t, const char *text, struct err *e);
/* Every field that differs from its default; threshold_read() makes the same threshold of it. */
void threshold_write(const struct threshold *t, struct buf *out);

#endif
