/*
 * name.h - names of datasets: what is measured, of what, by what
 *
 *	name       = stat { "[" predicate "]" } { "[" field "]" }
 *	stat       = word { "." word }            word of [a-z0-9_-], begins with a letter
 *	predicate  = field op value | field "=" value ".." value | field "=" value "=" value { "=" value }
 *	op         = "=" | "!=" | "<" | "<=" | ">" | ">="
 *	value      = bare | quoted     bare: no byte of ][=<>!" nor blanks nor control characters
 *	                               quoted: "...", with \" and \\ for themselves
 *
 *	syscall.latency      syscall.ops[zone=web][syscall]      io.ops[latency=1000000..2000000][disk]
 *
 *	syscall.ops[zone=web=db][execname]       of zone web or db
 *
 * A range has both its ends; one of several values holds when any of them does. Predicates stand first and all of them must
 * hold; after them at most two fields to break down by.
 * The canonical text is the dataset's identity, its place in a URL (percent-encoded) and what a threshold
 * names: predicates sorted by field, operator and value, each once, as are the values of one; values quoted only where they must be;
 * breakdowns as catalogue_resolve() orders them, the discrete one first.
 */
#ifndef METRIC_NAME_H
#define METRIC_NAME_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum {
	NAME_MAX_BYTES = 1024,
	NAME_MAX_PREDICATES = 16,
	NAME_MAX_BREAKDOWNS = 2,
	NAME_MAX_VALUES = 32
};

enum name_op { NAME_EQ, NAME_NE, NAME_LT, NAME_LE, NAME_GT, NAME_GE, NAME_RANGE, NAME_IN };

struct name_predicate {
	const char *field;
	enum name_op op;
	const char *value; /* of NAME_IN the first */
	const char *to;	   /* the end of a NAME_RANGE, which belongs to it; else NULL */
	/* NAME_IN: two or more, sorted, each once; else NULL and 0 */
	const char *const *values;
	unsigned nvalues;
};
struct name {
	const char *stat;
	struct name_predicate predicates[NAME_MAX_PREDICATES];
	unsigned npredicates;
	const char *breakdowns[NAME_MAX_BREAKDOWNS];
	unsigned nbreakdowns;
};

/* Reads a name; its texts are in the arena. Predicates come out sorted, breakdowns as written. -1 and
 * *e (which tells the column) when it is none. */
int name_parse(const char *text, struct arena *a, struct name *out, struct err *e);
/* Appends the text of a name, which name_parse() reads to the same. */
void name_text(const struct name *n, struct buf *out);
const char *name_op_text(enum name_op op); /* "=", "!=" ..; "=" for ranges and several values */
/* A predicate of one of these values, which it brings into order in their place: NAME_EQ where they are the same. */
struct name_predicate name_one_of(const char *field, const char **values, unsigned n);
/* Do NAME_EQ and NAME_IN allow this text? Of other operators false. */
bool name_allows(const struct name_predicate *p, const char *value);

#endif
