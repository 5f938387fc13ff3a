/*
 * collect.h - where frames come from: sessions of dtraced, and collectors of our own
 *
 * Everything runs in the loop's thread. Once a second collect_second() has the collectors read; what
 * dtraced sends arrives by itself, some milliseconds after the second. A source gives one frame for each
 * second in which it was active, also when nothing happened: frames without cells are data, too.
 */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "analytics/metric/catalogue.h"
#include "analytics/metric/frame.h"
#include "base/loop.h"

struct collect;
struct source; /* one dataset's */

struct source_ops {
	/* The id of a key of this second in the dataset's dictionary, good for this second only; FRAME_OTHER when that is full. */
	uint32_t (*key)(void *arg, const char *text);
	/* Cells are in no order; f and its cells are the callee's to change until it returns. */
	void (*frame)(void *arg, struct frame *f);
	/* active: counting from now on. Not: why, in words; `final` when only a new start could help. */
	void (*state)(void *arg, bool active, bool final, const char *why);
};

/* broker_path: dtraced's socket; NULL: there is none. The connection is made when it is first needed, and again when it is
 * lost. */
struct collect *collect_new(struct loop *l, const char *broker_path, struct err *e);
/* Other hosts that are asked (hosts.h), by the file of that path: those of before that stand in it as they did are asked
 * without a break. -1 and *e: what is wrong with it; all is as it was then. A source that had no host has failed for good,
 * and is for its owner to start anew. */
int collect_hosts(struct collect *c, const char *path, struct err *e);
unsigned collect_host_count(const struct collect *c);
/* A proc_read_fn (proc.h), arg: the collect: for each host that is asked, 1 if it has told all of its newest second. */
struct proc_rows;
void collect_read_hosts(struct proc_rows *out, void *arg);
void collect_free(struct collect *c); /* after all sources are stopped */

/* More collectors, a table that ends with a NULL name and outlives the collect. Before sources are started. */
struct proc_collector;
void collect_provide(struct collect *c, const struct proc_collector *more);

/* m and what it points to must outlive the source. Never fails except for memory (NULL): what goes wrong is told by
 * ops->state. */
struct source *source_start(struct collect *c, const struct metric *m, const struct source_ops *ops,
			    void *arg);
void source_stop(struct source *s); /* NULL is fine; no callback comes afterwards */

/* The second has ended: collectors read, and give their frames before this returns. */
void collect_second(struct collect *c, int64_t second, bool stepped);
/* Have all active sources told this second? */
bool collect_complete(const struct collect *c, int64_t second);
bool collect_connected(const struct collect *c); /* dtraced answers */

#endif
