/*
 * store.h - where zones are written down
 *
 *	/etc/zones/index	a line for each zone, "name:state:zonepath:uuid", '#' comments
 *	/etc/zones/NAME.cfg	its configuration, as the commands that make it (zonecfg export)
 *
 * Both below an alternate root where one is given. Files are replaced whole, so that whoever reads
 * sees an old one or a new one; changes are made under a lock on the directory, so that two
 * administrators take turns. A reader of somebody else's damaged file gets an error that names the
 * line, and nothing is overwritten.
 */
#ifndef ZONE_STORE_H
#define ZONE_STORE_H

#include "zone/config.h"

enum zone_state {
	ZONE_CONFIGURED,
	ZONE_INCOMPLETE,
	ZONE_INSTALLED,
	ZONE_READY,
	ZONE_RUNNING,
	ZONE_SHUTTING_DOWN,
	ZONE_DOWN,
	ZONE_NSTATES
};
const char *zone_state_name(enum zone_state s);

struct zone_entry { /* of the index; states beyond installed are never in it */
	const char *name, *path, *uuid;
	enum zone_state state;
};
struct zone_store {
	struct arena *arena;
	const char *dir; /* "/etc/zones" */
	int lock;	 /* descriptor, -1 = not held */
	VEC(struct zone_entry) entries;
};

/* Opens the store below root ("" or NULL: the system's) and reads the index; a store that is not
 * there is an empty one. 0, or -1 and *e. */
int zone_store_open(struct zone_store *s, struct arena *a, const char *root, struct err *e);
/* Reads the index anew, unless the lock is held. What was read before stays in memory. */
int zone_store_read(struct zone_store *s, struct err *e);
/* Takes the lock, waiting for whoever has it, and reads the index anew. Makes the directory. */
int zone_store_lock(struct zone_store *s, struct err *e);
void zone_store_unlock(struct zone_store *s);
void zone_store_close(struct zone_store *s);

struct zone_entry *zone_store_find(struct zone_store *s, const char *name);
/* Reads a zone's configuration. */
int zone_store_load(struct zone_store *s, const char *name, struct zone_config *z, struct err *e);
/* What lists show of a zone, faster than all of it. */
struct zone_brief {
	const char *brand, *ip_type;
};
int zone_store_glance(struct zone_store *s, const char *name, struct zone_brief *b, struct err *e);
/* Writes a configuration and its line of the index; was: the name it had before, or NULL for a new
 * zone. With the lock held. */
int zone_store_save(struct zone_store *s, const struct zone_config *z, const char *was,
		    struct err *e);
/* Takes a zone out of the store. With the lock held. */
int zone_store_delete(struct zone_store *s, const char *name, struct err *e);
/* Changes the state in the index. With the lock held. */
int zone_store_set_state(struct zone_store *s, const char *name, enum zone_state state,
			 struct err *e);

#endif
