/*
 * policy.h - who may trace what: a table of rows, the first that fits the peer decides
 *
 * One row a line, # begins a comment:
 *
 *	allow who=root,@dtrace zone=global probes=* actions=destructive
 *	allow who=* zone=web* probes=syscall,profile,pid*,!*:::tick-1000* sessions=16 memory=64m rate=1m
 *	deny who=mallory
 *
 *	who		names of users, @groups, numbers of users, * for everybody; one must fit
 *	zone		the zone the peer is in, globs allowed; global when not given. Whoever is in another zone than
 *			global is that zone's tenant: each of its clauses gets zonename == "ZONE" in front of its
 *			predicate, and it can name nothing that shows the kernel's memory (sema/tenant.c)
 *	probes		provider[:module[:function[:name]]], globs allowed, ! takes back; the last that fits decides;
 *			none when not given
 *	actions		none (so when not given), or destructive
 *	connections	at a time, of a user			16
 *	sessions	of a connection				256
 *	nprobes		enabled in a session			no limit, here and below
 *	maps		of a session
 *	memory		of the values in a session's maps, all CPUs; k m g
 *	rate		firings a second of a session, over which it is ended; k m g are 1000 each
 *	round		least interval between two looks at buffers and aggregations: 100ms
 *
 * Whom no row fits is refused. Without a file there is one row: root and the members of group dtrace, in the
 * global zone, may do what root may.
 */
#ifndef BROKER_POLICY_H
#define BROKER_POLICY_H

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PEER_ZONE_BYTES = 65, PEER_GROUPS = 1024 };
struct peer { /* what the kernel says of the other side of a socket */
	pid_t pid;
	uid_t uid;
	gid_t gid;
	gid_t groups[PEER_GROUPS];
	unsigned ngroups;
	char zone[PEER_ZONE_BYTES]; /* "global"; "" when it cannot be told, which no row fits */
};

struct policy_who {
	enum {
		WHO_ANYBODY,
		WHO_USER,
		WHO_GROUP,
		WHO_NOBODY
	} kind; /* NOBODY: a name that is not there */
	uint32_t id;
	const char *name;
};
struct policy_probes {
	bool take_back;
	const char *part[4]; /* globs */
};
struct policy_row {
	bool allow, destructive;
	VEC(struct policy_who) who;
	const char *zone;
	VEC(struct policy_probes) probes;
	uint64_t connections, sessions, nprobes, maps, memory, rate, round_ns;
};
struct policy {
	VEC(struct policy_row *) rows;
};

#define POLICY_FILE    "/etc/glasshouse/policy"
#define POLICY_DEFAULT "allow who=root,@%s zone=global probes=* actions=destructive\n"

/* Into the arena, whose guard the caller has armed. name is for messages: "NAME:3: ...". */
int policy_parse(struct policy *p, struct arena *a, const char *name, const char *text,
		 struct err *e);
/* The row that decides; NULL: none fits. */
const struct policy_row *policy_find(const struct policy *p, const struct peer *peer);
bool policy_permits(const struct policy_row *row, const char *provider, const char *module,
		    const char *function, const char *name);

/* ---- peer.c ---- */
int peer_of(int socket, struct peer *out, struct err *e);

#endif
