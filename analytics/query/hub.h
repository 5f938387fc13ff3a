/*
 * hub.h - everything that is measured, for whoever asks: datasets, their values, live seconds
 *
 * One hub has the catalogue, the datasets with their collectors, and the store. Two threads use it: the
 * main one, whose loop collects and calls subscribers, and those that answer requests. Every function
 * here takes the hub's one mutex and may be called from any thread unless it says otherwise; none
 * may be called from within the mutex, which a caller never holds. Work that must be done in the main thread
 * (enabling, freeing) is posted to it, so a dataset is HUB_ENABLING for a moment after it was created.
 *
 * Results are copies with an arena of their own: hub_*_free() once, from any thread; NULL is fine.
 *
 * `scope`: who asks (analytics/metric/scope.h). NULL is the operator. A tenant sees only datasets whose
 * events are all of his zones: the hub forces the predicate zone=NAME (or NAME=NAME..) into what a tenant creates, and to a
 * tenant every other dataset is one that does not exist (ENOENT).
 *
 * Values are doubles in the statistic's unit; NAN where there is no data. Times are unix seconds; a second S
 * is what happened up to S. Errors: EINVAL (what was asked makes no sense), ENOENT, ENOSPC (too many),
 * EACCES (not for a tenant); *e has the text for people.
 */
#ifndef QUERY_HUB_H
#define QUERY_HUB_H

#include "analytics/metric/catalogue.h"
#include "analytics/metric/frame.h"
#include "analytics/metric/scope.h"
#include "base/err.h"
#include "base/loop.h"

struct hub;

struct hub_options {
	const char *data_dir;	   /* the store's; NULL: in memory only */
	const char *catalogue_dir; /* *.stat */
	const char
	    *broker_path; /* dtraced's socket; NULL: statistics of source d cannot be enabled */
	const char *hosts_path; /* other hosts (collect/hosts.h); NULL: none */
	uint32_t max_datasets;	/* 0: 1000 */
	uint32_t idle_s; /* unsaved datasets that nobody asked for go after so long; 0: 3600 */
	uint64_t
	    memory_bytes; /* bound of what the newest seconds of all datasets take; 0: 256 MiB */
};
/* In the main thread. Saved datasets are there again, in the state they had. */
struct hub *hub_new(const struct hub_options *o, struct loop *l, struct err *e);
/* In the main thread, when no other uses it any more. Everything is on disk afterwards. */
void hub_free(struct hub *h);

/* In the main thread: reads the file of other hosts again. Datasets of hosts that stand in it as they did go on without a
 * break. -1 and *e, and all is as it was, when something is wrong with it. */
int hub_hosts_reload(struct hub *h, struct err *e);
/* How many other hosts are asked. */
unsigned hub_hosts(struct hub *h);

/* Never changes except by user statistics, which are added at the end; entries live as long as the hub.
 * Calls fn for each, by name, under the mutex: fn may not call the hub. */
typedef void hub_stat_fn(void *arg, const struct metric_stat *s);
void hub_catalogue(struct hub *h, const char *scope, hub_stat_fn *fn, void *arg);
/* A user's own statistic "user.WORD": a D program with one aggregation, or the text of a .stat file.
 * Replaces one of the same name that no dataset uses (EBUSY). Operators only. */
int hub_user_stat_set(struct hub *h, const char *name, const char *text, const char *title,
		      const char *unit, struct err *e);
int hub_user_stat_remove(struct hub *h, const char *name, struct err *e);
/* Its text, to be freed; NULL and *e. */
char *hub_user_stat_text(struct hub *h, const char *name, struct err *e);

/* ---- datasets ---- */

enum hub_state {
	HUB_ENABLING, /* asked for */
	HUB_ACTIVE,
	HUB_SUSPENDED, /* nothing is collected, what there is stays */
	HUB_FAILED,    /* `error` says why; hub_dataset_resume() tries again */
};
const char *hub_state_text(enum hub_state s); /* "enabling" .. */

enum { HUB_LEVELS = 4 }; /* seconds, 10 s, minutes, hours */
extern const uint32_t hub_level_s[HUB_LEVELS];

struct hub_dataset {
	uint32_t id; /* never given twice */
	const char *name, *owner, *error, *compression;
	const char *stat, *title, *unit,
	    *value_unit;		       /* value_unit: of the numeric breakdown, or "" */
	const char *key_field, *numeric_field; /* breakdowns, or "" */
	enum metric_kind kind;
	enum metric_mode mode;
	enum hub_state state;
	bool saved, exported; /* exported: shown in /metrics */
	double
	    scale; /* for who reads frames: cell value * scale is in `unit`; buckets are counts */
	double
	    value_scale; /* distributions: bounds of the scheme * value_scale are in value_unit */
	struct scheme scheme;		  /* distributions */
	int64_t created, first_s, last_s; /* first and last second there is data of; 0 = none */
	int64_t retention_s[HUB_LEVELS];  /* 0 = for ever */
	/* Cost of the last full second; -1 = not known. */
	double ns_per_event, events_per_s, cpu_percent;
	uint64_t memory_bytes, disk_bytes,
	    raw_bytes;	    /* raw: what disk_bytes would be without compression */
	double bytes_per_s; /* on disk, for each second of data */
	uint64_t lost;	    /* events, since created */
	uint64_t keys;	    /* in the dictionary */
};
struct hub_datasets {
	struct arena *arena;
	uint32_t n;
	struct hub_dataset *at; /* by id */
};

/* Creates the dataset of a name, or finds the one that is there (then saved is only ever turned on). -> its
 * id, 0 and *e. owner: an account, for the list. */
uint32_t hub_dataset_create(struct hub *h, const char *name, const char *scope, const char *owner,
			    bool saved, struct err *e);
struct hub_datasets *hub_dataset_list(struct hub *h, const char *scope, struct err *e);
/* The one with this id, or, with id 0, this name (canonical or not): n is 1. NULL and *e (ENOENT). */
struct hub_datasets *hub_dataset_find(struct hub *h, uint32_t id, const char *name,
				      const char *scope, struct err *e);
void hub_datasets_free(struct hub_datasets *d);
int hub_dataset_suspend(struct hub *h, uint32_t id, const char *scope, struct err *e);
int hub_dataset_resume(struct hub *h, uint32_t id, const char *scope, struct err *e);
/* Saved datasets are never reaped and come back after a restart. */
int hub_dataset_save(struct hub *h, uint32_t id, const char *scope, bool saved, struct err *e);
int hub_dataset_export(struct hub *h, uint32_t id, const char *scope, bool exported, struct err *e);
/* It and its data are gone. */
int hub_dataset_destroy(struct hub *h, uint32_t id, const char *scope, struct err *e);
/* Seconds to keep of each level, 0 = for ever, -1 = as it is. EINVAL tells the least that a level needs. */
int hub_dataset_retention(struct hub *h, uint32_t id, const char *scope,
			  const int64_t keep_s[HUB_LEVELS], struct err *e);
/* "none", "lz4", "zstd1" .. "zstd19": of what is written from now on. */
int hub_dataset_compression(struct hub *h, uint32_t id, const char *scope, const char *codec,
			    struct err *e);
/* Somebody looks: keeps the idle reaper away. Queries do so by themselves. */
void hub_dataset_touch(struct hub *h, uint32_t id);

/* ---- queries ---- */

enum { HUB_MAX_POINTS = 20000, HUB_MAX_QUERY_KEYS = 1024 };

/* What all queries have in common. t0 < t1; t0 is rounded down and t1 up to whole steps. */
struct hub_query {
	uint32_t dataset;
	const char *scope;
	int64_t t0, t1;		 /* seconds t0 + 1 .. t1 */
	uint32_t step_s;	 /* 0: chosen so that there are max_points at most */
	uint32_t max_points;	 /* 0: 600; at most HUB_MAX_POINTS */
	const char *const *keys; /* texts; only these. n 0: see each query */
	uint32_t nkeys;
	uint32_t top; /* with nkeys 0: the keys of the greatest totals; 0: 20 */
};

struct hub_series {
	const char
	    *key;     /* "" for scalars; NULL: the sum of all that is not named by another series */
	double total; /* rate: sum over the range; level: average */
	double *
	    value; /* [npoints] rate: average per second; level: average; dist: events per second */
	double *min,
	    *max; /* [npoints] of the seconds in the step (NULL for dist and for "other") */
};
struct hub_values {
	struct arena *arena;
	int64_t
	    start; /* point i covers seconds start + i * step_s + 1 .. start + (i + 1) * step_s */
	uint32_t step_s, npoints, nseries;
	struct hub_series
	    *series;	   /* greatest total first; "other" (key NULL) last, when it is not empty */
	uint64_t *lost;	   /* [npoints] events */
	uint32_t *seconds; /* [npoints] how many seconds there is data of */
	double *least,
	    *most; /* [npoints] second of the whole, all keys and buckets together; NAN: not known */
	uint32_t level_s; /* granularity that it was read from */
};
struct hub_values *hub_values(struct hub *h, const struct hub_query *q, struct err *e);
void hub_values_free(struct hub_values *v);

/* Distributions only. With keys the cells are still of all events, those of the keys come beside them. */
struct hub_heatmap_query {
	struct hub_query q;
	double y_lo,
	    y_hi; /* only buckets within; both 0: all. Others are counted in above and below */
	uint32_t max_buckets; /* neighbours are added up until there are no more; 0: as they are */
	bool only_keys;	      /* cells of the keys alone: to isolate */
	const double *percentiles; /* 50, 99.9 .. */
	uint32_t npercentiles;
};
struct hub_heat_cell {
	uint32_t column, bucket; /* bucket: index into bounds */
	int64_t count;
};
struct hub_heatmap_key {
	const char *key;
	int64_t total;
	uint32_t ncells;
	struct hub_heat_cell *cells;
};
struct hub_heatmap {
	struct arena *arena;
	int64_t start;
	uint32_t step_s, ncolumns, level_s;
	uint32_t nbuckets;
	double (*bounds)
	    [2]; /* from, to (exclusive), in value_unit; only buckets that have cells, ascending */
	uint32_t ncells;
	struct hub_heat_cell *cells; /* by column, bucket */
	uint32_t nkeys;
	struct hub_heatmap_key *keys; /* those asked for */
	int64_t total, below, above;
	double **
	    percentiles; /* [npercentiles][ncolumns], of what `cells` counts without regard to y; NAN: no events */
	double *
	    average; /* [ncolumns] exact; NULL where it is not known: only_keys, a user's program */
	uint64_t *lost;	   /* [ncolumns] */
	uint32_t *seconds; /* [ncolumns] */
};
struct hub_heatmap *hub_heatmap(struct hub *h, const struct hub_heatmap_query *q, struct err *e);
void hub_heatmap_free(struct hub_heatmap *m);

struct hub_key {
	uint32_t id;
	const char *text;
	double total; /* as hub_series has it */
};
struct hub_keys {
	struct arena *arena;
	uint32_t n;
	struct hub_key *at; /* greatest total first; at most q->top (0: 256) */
	double other;	    /* of all not listed */
};
struct hub_keys *hub_keys(struct hub *h, const struct hub_query *q, struct err *e);
void hub_keys_free(struct hub_keys *k);

/* What is usual at unix time `at` of the dataset, of a key of it, or (key NULL or "") of its sum; of a distribution, of
 * how many events it has. Learned from its past, see usual.h. 0, or -1 and *e. */
struct usual;
int hub_usual(struct hub *h, uint32_t dataset, const char *scope, const char *key, int64_t at,
	      struct usual *out, struct err *e);

/* The newest frame of a dataset, cells in key and bucket order, with the keys' texts. NULL and *e (ENOENT) when
 * there is none yet. */
struct hub_latest {
	struct arena *arena;
	struct frame frame;
	const char **keys; /* [frame.ncells] text of each cell's key; "" no key, NULL other */
};
struct hub_latest *hub_latest(struct hub *h, uint32_t id, const char *scope, struct err *e);
void hub_latest_free(struct hub_latest *l);

/* ---- live ---- */

/* A closed second of one dataset. All of it is valid until fn returns. */
struct hub_second {
	uint32_t dataset;
	const char *name;
	const char
	    *zone; /* beside the operator, tenants whose scope covers it may see it; NULL = none */
	enum metric_kind kind;
	enum metric_mode mode;
	double scale, value_scale;
	bool sums; /* frame->sum is that of the values, of a distribution */
	const struct scheme *scheme;
	const struct frame *frame;
	const char **keys; /* [frame->ncells] text of each cell's key; "" no key, NULL other */
};
/* Called in the main thread after each second with the frames of all active datasets, without the mutex: fn may
 * call the hub. n is 0 in seconds without any. */
typedef void hub_second_fn(void *arg, int64_t second, const struct hub_second *at, uint32_t n);
int hub_subscribe(struct hub *h, hub_second_fn *fn, void *arg, struct err *e); /* main thread */
void hub_unsubscribe(struct hub *h, hub_second_fn *fn, void *arg);	       /* main thread */

/* ---- state ---- */

struct hub_status {
	int64_t started;
	uint32_t datasets, active;
	uint64_t memory_bytes, memory_bound_bytes, disk_bytes;
	uint64_t lost; /* events, since started */
	uint64_t seconds,
	    late_ns; /* closed; how long the last took from its end to its subscribers */
	const char *store_error; /* a full disk ..; "" = none */
	char error[512];	 /* where store_error's text is */
	bool broker;		 /* dtraced answers */
};
void hub_status(struct hub *h, struct hub_status *out);
/* The metadata database (SQLite, WAL) for the tables of others: open it with db_open() of analytics/store/db.h. */
const char *hub_db_path(const struct hub *h);

#endif
