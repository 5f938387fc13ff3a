/*
 * editor.h - the command language of zonecfg(8)
 *
 * Commands stand one a line, or several with semicolons between them; a backslash joins lines, #
 * begins a comment, words with blanks are quoted. Values are simple, compound "(a=1,b=2)", or lists
 * "[x,y]". Outside a resource the scope is the zone; `add` and `select` open a resource, `end` and
 * `cancel` leave it. What was changed is written by `commit`, and at the end of the input.
 */
#ifndef ZONE_EDITOR_H
#define ZONE_EDITOR_H

#include "zone/store.h"

#include <stdio.h>

struct zone_editor {
	struct arena *arena;
	struct zone_store *store;
	const char *zone; /* as on the command line */
	struct zone_config saved, now;
	bool exists; /* there is a configuration: read or created */
	bool stored; /* ... and in the store, as `zone` or under saved.name */
	bool changed;
	bool in_resource;
	struct zone_instance edited;
	long selected; /* index of the instance that `edited` is a copy of; -1 = a new one */
	bool interactive, done;
	const char *source; /* of the input, for messages; NULL = the command line */
	unsigned line;
	FILE *out, *err;
};

/* Reads what is stored of the zone; a zone that is not there is told, as zonecfg tells it. */
int zone_editor_init(struct zone_editor *ed, struct arena *a, struct zone_store *s,
		     const char *zone, struct err *e);
/* Runs commands. Returns how many failed; what failed has been told. When not interactive the first
 * failure ends the run. */
unsigned zone_editor_run(struct zone_editor *ed, const char *text);
/* Writes what was changed. 0, or -1 after messages. */
int zone_editor_commit(struct zone_editor *ed);
/* "zonecfg:zone1> ", "zonecfg:zone1:net> " */
void zone_editor_prompt(const struct zone_editor *ed, struct buf *out);

/* The commands that make up a stored configuration, into z: no store, no messages. The text may come from another
 * machine: commands that would reach beyond z are refused. */
int zone_read_commands(struct zone_config *z, const char *text, const char *source, struct err *e);

#endif
