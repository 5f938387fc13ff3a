/*
 * config.h - what a zone is configured to be
 *
 * A configuration is properties of the zone itself and resources, each with properties of its own.
 * The tables below say what there is (zonecfg(8) of illumos), how a value is spelt, and what Linux
 * makes of it; everything else here walks them. A value is kept as its canonical text, a list as
 * several of them, a compound value as "(a=1,b=2)" in the order of its table.
 */
#ifndef ZONE_CONFIG_H
#define ZONE_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum { ZONE_NAME_MAX = 63, ZONE_PROPS_MAX = 20 };

enum zone_kind {
	ZONE_TEXT,
	ZONE_BOOL,     /* true, false */
	ZONE_UINT,     /* a number */
	ZONE_SIZE,     /* bytes, with k m g t behind */
	ZONE_CPUS,     /* a number of CPUs with a fraction, above 0 */
	ZONE_RANGE,    /* n or n-m */
	ZONE_CHOICE,   /* one of `choices` */
	ZONE_PATH,     /* absolute */
	ZONE_HEX,      /* up to 8 hexadecimal digits */
	ZONE_WORDS,    /* several words with commas: a privilege set */
	ZONE_COMPOUND, /* (name=value,...), names in `choices` */
};
/* How far Linux goes. */
enum zone_status { ZONE_FULL, ZONE_PARTIAL, ZONE_STORED };

struct zone_prop {
	const char *name;
	enum zone_kind kind;
	const char *choices; /* separated by blanks */
	const char *dflt;    /* of a global one, as `info` shows it; NULL = none */
	bool list, required;
	enum zone_status status;
	const char *how; /* what is made of it, where it is not the whole */
};
struct zone_resource {
	const char *name;
	const struct zone_prop *props; /* ends with a NULL name */
	bool single;		       /* at most one of it */
	const char *key; /* the property that tells several apart; NULL: all of them together */
};
extern const struct zone_prop zone_globals[];
extern const struct zone_resource zone_resources[];
/* NULL when there is none. */
const struct zone_resource *zone_resource_find(const char *name);
int zone_prop_index(const struct zone_prop *props, const char *name); /* -1 = none */

typedef VEC(const char *) zone_values;
struct zone_instance { /* one resource */
	const struct zone_resource *type;
	zone_values values[ZONE_PROPS_MAX]; /* by index into type->props */
};
struct zone_config {
	struct arena *arena;
	const char *name;
	const char *globals[ZONE_PROPS_MAX]; /* by index into zone_globals; NULL = not set */
	VEC(struct zone_instance) instances;
};

/* An empty configuration in the arena: nothing is set. */
void zone_config_init(struct zone_config *z, struct arena *a, const char *name);
/* A copy in the same arena, independent of the first. */
void zone_config_copy(struct zone_config *to, const struct zone_config *from);

/* "global", names of 1 to 63 of [A-Za-z0-9_.-] that begin with a letter or digit, not "SUNW...". */
int zone_name_check(const char *name, struct err *e);
/* A value in canonical form, in the arena; NULL and *e when it is none for this property. */
const char *zone_value(struct arena *a, const struct zone_prop *p, const char *text, struct err *e);

/* Sets a property of the zone; NULL text clears it. */
int zone_set(struct zone_config *z, const char *name, const char *text, struct err *e);
/* Sets a property of a resource to one value; adds one to a list; takes one from a list. */
int zone_instance_set(struct zone_config *z, struct zone_instance *i, const char *name,
		      const char *text, struct err *e);
int zone_instance_add(struct zone_config *z, struct zone_instance *i, const char *name,
		      const char *text, struct err *e);
int zone_instance_remove(struct zone_config *z, struct zone_instance *i, const char *name,
			 const char *text, struct err *e);
/* Does it have all that it must, and no twin? other: an instance not to compare with (itself), or NULL. */
int zone_instance_check(const struct zone_config *z, const struct zone_instance *i,
			const struct zone_instance *other, struct err *e);

/* Everything that must hold before a zone is made of it; all that is wrong is appended to out, a
 * line each. Returns how many lines. */
unsigned zone_verify(const struct zone_config *z, struct buf *out);
/* What Linux maps in part, and how: a line for each such property that is set. */
void zone_verify_notes(const struct zone_config *z, struct buf *out);

/* As commands that make it again: `zonecfg export`. */
void zone_export(const struct zone_config *z, struct buf *out);
/* As `zonecfg info` prints it. type NULL: everything; else the resources of that type. */
void zone_info(const struct zone_config *z, struct buf *out);
void zone_info_instance(const struct zone_instance *i, struct buf *out);
void zone_info_global(const struct zone_config *z, unsigned prop, struct buf *out);

/* Value of a global property with its default, "" where there is none. */
const char *zone_get(const struct zone_config *z, const char *name);
/* First value of a resource's property; NULL when not set. */
const char *zone_instance_get(const struct zone_instance *i, const char *name);

#endif
