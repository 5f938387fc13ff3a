/*
 * source.h - what collect.c, sessions.c and remote.c share; nobody else includes it
 */
#ifndef COLLECT_SOURCE_H
#define COLLECT_SOURCE_H

#include "analytics/collect/collect.h"
#include "analytics/collect/hosts.h"
#include "analytics/collect/proc.h"
#include "analytics/collect/transfer.h"
#include "base/arena.h"
#include "broker/client.h"

struct shared_sampler {
	struct shared_sampler *next;
	const struct proc_collector *of;
	struct proc_sampler *sampler;
	unsigned users;
	bool valid; /* the newest rows are of one whole second */
};

/* What the keys of a session mean, by aggregation. */
struct key_table {
	struct arena *arena; /* of the texts; NULL before the first */
	const char **texts;  /* by dtraced's id; NULL = not told */
	uint32_t n;
};

struct source {
	struct collect *collect;
	struct source *next, **prev;
	const struct metric *metric;
	const struct source_ops *ops;
	void *arg;
	enum { SOURCE_PROC, SOURCE_SESSION, SOURCE_REMOTE } how;
	bool active;
	bool partial;			/* the next second is not a whole one */
	int64_t told;			/* newest second that has come */
	struct shared_sampler *sampler; /* of a collector */
	struct remote *remote;		/* of other hosts; else: */
	int session;			/* of dtraced; 0: none now */
	bool distribution;
	bool waiting; /* for a program with probes to start */
	struct key_table keys;
	struct frame frame; /* of the second under way; cells are ours */
	uint32_t cap;
};

struct collect {
	struct loop *loop;
	char *broker_path;
	struct source *sources;
	struct shared_sampler *samplers;
	struct processes *processes;
	struct hosts *hosts;	     /* never NULL */
	struct transfers *transfers; /* NULL before the first */
	int64_t second;		     /* that ended last; 0: none yet */
	const struct proc_collector *more;
	struct broker *broker; /* NULL: not connected */
	bool welcome;	       /* it has let us in */
	struct loop_watch *watch;
	struct loop_timer *retry; /* connects again */
	struct loop_timer *again; /* opens again what waits for a program */
	struct source *by_session[257];
};

void session_start(struct source *s);
void session_end(struct source *s);
void sessions_disconnect(struct collect *c);

#endif
