/*
 * serve.h - sessions on behalf of others: what a server needs besides glasshouse/dtrace.h
 *
 * Who asks is not who runs: $uid and the like are the asker's, files and commands are the asker's
 * business, options that name files are refused, and a limit says what may be traced. All of it is set
 * between session_new() and the first compilation. A server has many sessions in one loop: it does not
 * sleep in session_sleep() but polls for all at once (session_fds(), session_tend()).
 */
#ifndef API_SERVE_H
#define API_SERVE_H

#include "base/err.h"
#include "include/glasshouse/dtrace.h"

/* Where text goes instead of a descriptor, in large pieces, and what only the asker can do. */
enum session_file { SESSION_REOPEN, SESSION_TRUNCATE, SESSION_FLAME };
struct session_sink {
	int (*write)(void *arg, const char *text, size_t bytes); /* all of it; -1: it is over */
	/* freopen(name), ftruncate() (name ""), or where the flame graph will go: 0, or -1 with errno */
	int (*file)(void *arg, enum session_file what, const char *name);
	int (*flame)(void *arg, const char *svg,
		     size_t bytes);		       /* the flame graph; -1 when it cannot */
	int (*system)(void *arg, const char *command); /* status as wait(2) has it, or -1 */
	void *arg;
};
void session_set_sink(struct session *s, const struct session_sink *sink);

struct session_asker {
	pid_t pid, ppid, pgid, sid;
	uid_t uid, euid;
	gid_t gid, egid;
};
/* What $pid, $uid .. are. Options that name files, from here on, are refused. */
void session_set_asker(struct session *s, const struct session_asker *asker);
/* A D library that the asker has (-L): compiled before its programs. -1 and *e. */
int session_add_library(struct session *s, const char *path, const char *text, struct err *e);

/* What may be traced. Copied; texts must live as long as the session. */
struct session_limit {
	/* Is the probe there for the asker? NULL: all are. */
	bool (*probe)(void *arg, const char *provider, const char *module, const char *function,
		      const char *name);
	void *arg;
	/* The asker is this zone's tenant: sees what its processes do, and nothing else. NULL: the operator */
	const char *zone;
	bool destructive;     /* may use destructive actions, with option destructive */
	uint64_t probes;      /* most enabled at a time; 0: no limit, here and below */
	uint64_t maps, bytes; /* and the memory of their values, on all CPUs */
	/* Most of an aggregation's table, where aggsize is not set: it is read often, and then stays mapped. 0: as
	 * usual */
	uint32_t slots;
	uint64_t round_ns; /* least interval of aggrate, switchrate and statusrate */
};
void session_set_limit(struct session *s, const struct session_limit *limit);

/* What sessions of one program share: which zones there are, what processes do. NULL: no memory. It must live longer than the
 * sessions that have it; free with watch_free(). All of them are of one thread. */
struct watch;
struct watch *watch_new(void);
void watch_free(struct watch *w); /* NULL is fine */
void session_set_watch(struct session *s, struct watch *w);

/* ---- the asker's side ---- */

/* Targets that were created run on: somebody else's session traces them. */
int session_continue(struct session *s, struct err *e);

/* ---- in a loop with others ---- */

/* As session_work(), due or not. */
enum session_status session_round(struct session *s, struct err *e);

/* Entries keep their index from walk to walk while this is the same. */
uint32_t session_agg_epoch(const struct session *s, uint32_t agg);

/* Has the kernel count what programs cost, as long as the descriptor is open. -1 and *e: it does not. */
int session_count_cost(struct err *e);
void session_cost(const struct session *s, uint64_t *runs, uint64_t *ns);

#endif
