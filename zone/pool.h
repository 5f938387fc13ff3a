/*
 * pool.h - resource pools: what poolcfg(8) edits
 *
 * A configuration is a system, pools and processor sets (psets), each with properties, and says which pset
 * a pool uses and which CPUs a pset has. pool_default and pset_default are always there. It is written
 * down as the commands of poolcfg that make it:
 *
 *	/etc/pooladm.conf	what pooladm -c makes active
 *	/run/zones/pools	what is active (pool_active.h)
 */
#ifndef ZONE_POOL_H
#define ZONE_POOL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

#include <sched.h>
#include <stdbool.h>

enum { POOL_NAME_MAX = 63 };
enum pool_type { POOL_INT, POOL_UINT, POOL_BOOLEAN, POOL_FLOAT, POOL_STRING };
enum pool_kind { POOL_SYSTEM, POOL_POOL, POOL_PSET };

struct pool_prop {
	enum pool_type type;
	const char *name, *value;
};
struct pool_entity {
	enum pool_kind kind;
	const char *name;
	VEC(struct pool_prop) props;
	const char *pset; /* of a pool: the name of its set */
	cpu_set_t cpus;	  /* of a set */
};
struct pool_conf {
	struct arena *arena;
	struct pool_entity system;
	VEC(struct pool_entity) all; /* pools, psets, in the order of their creation */
};

/* One pool and one set with all CPUs that are online. */
void pool_conf_discover(struct pool_conf *c, struct arena *a, const char *name,
			const cpu_set_t *online);
/* Runs commands, several separated by lines or semicolons; out: what `info` prints. The first that fails
 * ends it: -1 and *e, with the line where there are several. */
int pool_conf_run(struct pool_conf *c, const char *text, const cpu_set_t *online, struct buf *out,
		  struct err *e);
/* The whole as `info` shows it; as commands that make it again after discover. */
void pool_conf_info(const struct pool_conf *c, struct buf *out);
void pool_conf_export(const struct pool_conf *c, struct buf *out);

/* NULL when there is none. */
struct pool_entity *pool_find(const struct pool_conf *c, enum pool_kind kind, const char *name);
/* The value of a property; NULL when it is not set. */
const char *pool_get(const struct pool_entity *p, const char *name);
long pool_get_number(const struct pool_entity *p, const char *name, long dflt);
struct pool_entity *pool_add(struct pool_conf *c, enum pool_kind kind, const char *name);
void pool_remove(struct pool_conf *c, struct pool_entity *p);
/* pool_default, pset_default: they are always there. */
bool pool_is_default(const struct pool_entity *p);
/* The set of a pool. Never NULL: pset_default unless told. */
struct pool_entity *pool_pset(const struct pool_conf *c, const struct pool_entity *pool);
/* Gives every set as many CPUs as it wants and the default set at least one, moving as few as need be.
 * -1 and *e when there are too few; then nothing is changed. */
int pool_allocate(struct pool_conf *c, const cpu_set_t *online, struct err *e);

/* "0-1,3". */
void pool_cpus_print(const cpu_set_t *cpus, struct buf *out);
int pool_cpus_parse(const char *text, cpu_set_t *cpus);

#endif
