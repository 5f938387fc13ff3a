/*
 * catalogue.h - the statistics that there are: one file share/analytics/NAME.stat each
 *
 * The file is text in lines; # begins a comment line. A header of "key: value" lines, then fields, then
 * the D clauses:
 *
 *	name: io.ops                     as NAME.stat; what datasets begin with
 *	title: Disk operations           short, for people
 *	group: Disk                      where a user interface lists it
 *	unit: ops/s                      what a value is in: ops/s bytes/s ns percent bytes count ..
 *	mode: rate                       rate: events of a second add up; level: a value at the second's end
 *	source: d                        d: clauses; proc NAME: a collector of analytics/collect, see there
 *	stability: Evolving              as D's attributes call it
 *	requires: usdt                   optional: what must be there, in words, for messages
 *	description: One sentence ..     continued on lines that begin with a blank
 *	value: sum(args[0]->b_bcount)    d: what is counted: count() or sum(EXPR)
 *	scale: 0.001                     optional: value * scale is in the unit
 *	fields: process                  optional: also those of process.fields in the same folder
 *	field: disk                      begins a field; the lines that follow are indented
 *	    title: Disk
 *	    type: discrete               or numeric
 *	    unit: ns                     numeric: of its values
 *	    expr: args[1]->dev_statname  d: the D expression, where $count stands
 *	    text: yes                    optional: the expression is a string (its predicates quote)
 *	    scheme: llquantize(10,3,11,20)   numeric: the buckets
 *	    scale: 0.001                     numeric, source proc: value * scale is in its unit
 *	clauses:                         d: the rest of the file
 *	io:::start { .. }
 *	%if latency                      lines up to %end are there only when one of these fields is used
 *	%else
 *	%end
 *	io:::done / $when / { $count; }
 *
 * `$when` stands for the dataset's predicates (1 when there are none), `$count` for the aggregating statement:
 * predicates and breakdown are compiled into the program, so the kernel filters and adds up.
 * A field may have `early: EXPR`, for `$early`: predicates on fields that have one are true there as well, which
 * keeps events that are filtered anyway from being timed. %if does not nest.
 */
#ifndef METRIC_CATALOGUE_H
#define METRIC_CATALOGUE_H

#include "analytics/metric/name.h"
#include "analytics/metric/scheme.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>

enum metric_kind { METRIC_SCALAR, METRIC_KEYED, METRIC_DIST, METRIC_KEYED_DIST };
enum metric_mode { METRIC_RATE, METRIC_LEVEL };
enum metric_source { METRIC_D, METRIC_PROC };

struct metric_field {
	const char *name, *title, *unit; /* unit "" where there is none */
	bool numeric;
	bool text; /* discrete and a string */
	const char *expr, *early;
	double scale;	      /* numeric: value * scale is in `unit` */
	struct scheme scheme; /* numeric */
};
struct metric_stat {
	const char *name, *title, *group, *unit, *stability, *description,
	    *requires; /* "" = none */
	enum metric_mode mode;
	enum metric_source source;
	const char *collector; /* METRIC_PROC */
	const char *value;     /* METRIC_D: "count()" or "sum(EXPR)" */
	double scale;	       /* cell value * scale is in `unit` */
	VEC(struct metric_field) fields;
	const char *clauses;
	unsigned clauses_line; /* where they begin in the file */
	const char *file;      /* it was read from; "user" for a user's own */
	bool user;	       /* `clauses` is a program of a user's, taken as it is; of it: */
	enum metric_kind user_kind;
	struct scheme user_scheme;
};
struct catalogue {
	struct arena *arena;
	VEC(struct metric_stat) stats; /* by name */
};

/* Reads every .stat file of a folder. What is wrong with a file is "FILE:LINE: .." in *e, and none is read:
 * a catalogue is right or it is refused. */
int catalogue_load(struct catalogue *c, struct arena *a, const char *dir, struct err *e);
/* One file's text; `dir` is where the files of `fields:` are, NULL when there may be none. */
int catalogue_parse(struct arena *a, const char *text, const char *file, const char *dir,
		    struct metric_stat *out, struct err *e);
const struct metric_stat *catalogue_find(const struct catalogue *c, const char *name);
const struct metric_field *metric_field_find(const struct metric_stat *s, const char *name);
const char *metric_kind_text(enum metric_kind k); /* "scalar", "keyed", "dist", "keyed-dist" */
const char *metric_mode_text(enum metric_mode m);

/* The field that says of which host, of every statistic of the files; where no other host is asked, nobody is shown it. [hostname=*] allows all. */
#define METRIC_HOSTNAME "hostname"
/* Adds it to every statistic. */
void catalogue_add_hostname(struct catalogue *c);

/* A name whose statistic and fields exist, with values that suit the fields. */
struct metric {
	const struct metric_stat *stat;
	struct name name;      /* breakdowns: discrete, numeric */
	const char *canonical; /* its text */
	enum metric_kind kind;
	const struct metric_field *key;	    /* discrete breakdown, or NULL */
	const struct metric_field *numeric; /* numeric breakdown, or NULL */
	struct scheme scheme;		    /* of distributions */
};
/* -1 and *e that says what there is instead. Texts are in the arena; stat and fields are the catalogue's. */
int catalogue_resolve(const struct catalogue *c, const char *text, struct arena *a,
		      struct metric *out, struct err *e);
/* The D program of a resolved name whose source is METRIC_D; in the arena. Its aggregation is @value; beside that of
 * distributions stands @value_sum, with the sum of the values. A user's program is as it was written. */
const char *metric_program(const struct metric *m, struct arena *a, struct err *e);
/* A user's own D program as a statistic: exactly one aggregation, by count(), sum(), avg(), min(), max() or a
 * distribution with constant parameters, keyed or not; texts are copied into the arena. */
int metric_user(const char *name, const char *program, const char *title, const char *unit,
		struct arena *a, struct metric_stat *out, struct err *e);
/* Is it measured elsewhere: does the name use METRIC_HOSTNAME? */
bool metric_remote(const struct metric *m);
bool metric_hostname_allowed(const struct metric *m, const char *host);
/* Its name without METRIC_HOSTNAME, as the hosts call it; in the arena. */
const char *metric_without_hostname(const struct metric *m, struct arena *a);
/* What is wrong with the clauses' %if and $ words; catalogue_parse() asks. */
int metric_check_clauses(const struct metric_stat *s, struct arena *a, struct err *e);
/* The zones that all events of the name are of, as a scope is written (scope.h), in the arena: those that every predicate
 * [zone=A=B] allows. NULL: others too, or there are none that all allow, or zones of other hosts. */
const char *metric_zones(const struct metric *m, struct arena *a);

#endif
