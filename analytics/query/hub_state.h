/*
 * hub_state.h - the hub's inside, for the files of this folder
 */
#ifndef QUERY_HUB_STATE_H
#define QUERY_HUB_STATE_H

#include "analytics/collect/collect.h"
#include "analytics/collect/proc.h"
#include "analytics/query/hub.h"
#include "analytics/store/db.h"
#include "analytics/store/store.h"
#include "base/vec.h"

#include <pthread.h>

struct dataset {
	struct hub *hub;
	struct dataset *next;
	uint32_t id;
	struct arena *arena; /* texts and metric */
	struct metric metric;
	const char *owner,
	    *zone; /* zone: as metric_zones() has it: of tenants who may see it; NULL = none */
	enum hub_state state;
	char error[512];
	bool saved, exported, doomed; /* doomed: gone for all, freed by the main thread */
	bool wanted;		      /* to be active: a source is or will be started */
	bool stale;	       /* its source has failed, and goes before another is started */
	struct source *source; /* the main thread's */
	struct store_set *set;
	struct codec codec;
	int64_t created, keep_s[HUB_LEVELS];
	int64_t touched; /* by clock_ns() */
	uint64_t lost;
	/* Of the last second. */
	struct frame frame; /* cells are ours */
	uint32_t frame_cap;
	bool fresh; /* not told to subscribers yet */
};
struct subscriber {
	struct subscriber *next;
	hub_second_fn *fn;
	void *arg;
};
/* What Analytics tells of itself: a collector with a row for each dataset. */
enum { HUB_OWN = 5 };
struct hub_own {
	struct hub *hub;
	unsigned what;
};
struct hub {
	pthread_mutex_t lock;
	struct loop *loop;
	struct arena *arena; /* catalogue and users' statistics */
	struct catalogue catalogue;
	struct collect *collect;
	struct store *store;
	sqlite3 *db;
	char *db_path;
	const char *hosts_path; /* NULL: nobody else is asked */
	unsigned hosts;
	struct dataset *datasets; /* by id */
	uint32_t max_datasets, idle_s, ndatasets;
	struct subscriber *subscribers;
	struct hub_own own[HUB_OWN];
	struct proc_collector own_collectors[HUB_OWN + 2]; /* and that of other hosts */
	struct loop_timer *closing;
	int64_t second; /* being closed, 0 = none */
	int64_t started;
	uint64_t seconds, late_ns, lost;
	uint64_t memory_bytes;
};

/* The dataset, for who asks; NULL and *e (ENOENT). With the mutex. */
struct dataset *hub_get(struct hub *h, uint32_t id, const char *scope, struct err *e);

/* datasets.c: what is written down of datasets. With the mutex. */
int hub_tables_open(struct hub *h, const char *path, struct err *e);
int hub_dataset_write(struct hub *h, const struct dataset *d, struct err *e);
int hub_dataset_forget(struct hub *h, uint32_t id, struct err *e);
int hub_datasets_load(struct hub *h, struct err *e);
int hub_user_stats_load(struct hub *h, struct err *e);
uint32_t hub_next_id(struct hub *h, struct err *e);
/* hub.c: a dataset of a resolved name, not started. NULL and *e. */
struct dataset *hub_dataset_make(struct hub *h, uint32_t id, const char *name, const char *owner,
				 struct err *e);
void hub_dataset_unmake(struct dataset *d);
/* Has the main thread start, stop or free what was marked. */
void hub_post(struct hub *h);

/* own.c: fills own and own_collectors. */
void hub_own_init(struct hub *h);

/* values.c: the range of a query, in whole steps, and the level it is read from. */
struct range {
	int64_t start, end; /* of the first step's beginning, and the last one's end */
	uint32_t step_s, n;
	unsigned level;
};
int range_of(const struct dataset *d, const struct hub_query *q, struct range *out, struct err *e);
uint32_t range_index(const struct range *r, int64_t second);
/* values.c: hub_values() of a dataset, in the arena. With the mutex. NULL and *e. */
struct hub_values *values_of(struct dataset *d, const struct hub_query *q, struct arena *a,
			     struct err *e);

#endif
