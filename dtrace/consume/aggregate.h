/*
 * aggregate.h - aggregations in user space: snapshot, clear, trunc, normalize, sort, join
 *
 * The kernel only ever counts up, per CPU. A snapshot adds up the cells of all CPUs; clear() and
 * trunc() are baselines that are subtracted (min and max aside: their cells are emptied through the
 * mapping). So nothing that happens between reading and clearing is lost. Before a table of the
 * kernel's is full programs are turned to its other generation, and what is in the first is taken
 * over (agg_turn.c): there is room for as many keys as this process has memory for, as long as they
 * do not come faster than it looks.
 *
 * In: image and mapped AGG (plain memory). Out: arrays of entries, sorted as libdtrace sorts them.
 * Storage per aggregation: keys, sums and baselines in three flat arrays indexed by entry; a (CPU,
 * slot) -> entry table remembers where a slot was found, so every snapshot after the first neither
 * hashes nor compares.
 */
#ifndef CONSUME_AGGREGATE_H
#define CONSUME_AGGREGATE_H

#include "base/err.h"
#include "dtrace/bpf/image.h"

#include <stdbool.h>
#include <stdint.h>

enum { AGG_QUANTIZE_BUCKETS = 127, AGG_QUANTIZE_ZERO = 63 };

struct symbols; /* sym/symbols.h */
struct aggs;

/* One key with its value, as last snapshot; pointers are valid until the next snapshot, clear or
 * trunc. */
struct agg_entry {
	const struct plan_agg *agg;
	const uint8_t *key; /* offsets of agg->keys count from here; NULL without keys */
	const uint64_t
	    *cell;	 /* agg->ncells words as image.h lays them out; all zero after a clear() */
	uint64_t normal; /* of normalize(); 1 = none */
	uint32_t index;	 /* number of the entry within its aggregation, in aggs_epoch() */
};

struct agg_sort {
	bool by_key;	 /* aggsortkey */
	bool reverse;	 /* aggsortrev */
	uint32_t keypos; /* aggsortkeypos, from 0 */
	uint32_t pos;	 /* aggsortpos: which aggregation of a joined printa() leads, from 0 */
};

/* agg_mem: ncpu elements of consume_agg_stride(). syms may be NULL: then keys sym(), mod(),
 * usym().. are not folded by symbol. NULL and *e when the plan does not hold together. */
struct aggs *aggs_new(const struct image *im, void *agg_mem, struct symbols *syms, struct err *e);
/* The image's plan has grown by strings. -1: no memory. */
int aggs_extend(struct aggs *as);
void aggs_free(struct aggs *as);
struct consume_window; /* consume.h */
/* agg_mem is accessible only as far as it is shown; beyond each element's IMAGE_AGG_CELLS. */
void aggs_set_window(struct aggs *as, const struct consume_window *w);

/* Values of each CPU are kept, too; before the first snapshot. -1 and *e: no memory. */
int aggs_keep_cpus(struct aggs *as, struct err *e);
uint32_t aggs_cpus(const struct aggs *as); /* of how many: 0 when they are not */
/* The entry as far as one CPU made it; false when the CPU has nothing, or they are not kept. */
bool aggs_of_cpu(const struct aggs *as, const struct agg_entry *e, uint32_t cpu,
		 struct agg_entry *out);

/* Reads all CPUs. -1 and *e when out of memory. */
int aggs_snapshot(struct aggs *as, struct err *e);
/* A snapshot is wanted soon: a table fills up, or what it had before can be taken over. */
bool aggs_crowded(const struct aggs *as);
/* Entries keep their numbers from snapshot to snapshot while this is the same. */
uint32_t aggs_epoch(const struct aggs *as, uint32_t agg_id);

void aggs_clear(struct aggs *as, uint32_t agg_id); /* keys stay, values are zero */
/* n > 0 keeps the n largest, n < 0 the -n smallest, 0 nothing. A key comes back when it is counted
 * again. */
void aggs_trunc(struct aggs *as, uint32_t agg_id, int64_t n);
void aggs_normalize(struct aggs *as, uint32_t agg_id,
		    uint64_t factor); /* 1 = denormalize; 0 is taken as 1 */

/* The entry's value becomes 0; removed: it is not there until it is counted again. e as of the last
 * snapshot. After the last one, aggs_reset_done(). */
void aggs_reset_entry(struct aggs *as, const struct agg_entry *e, bool remove);
void aggs_reset_done(struct aggs *as);
/* Entry `index` of an aggregation as it is now; false when it is not there. */
bool aggs_entry(const struct aggs *as, uint32_t agg_id, uint32_t index, struct agg_entry *out);

/* Entries of one aggregation, sorted; *n set. The array belongs to as, until the next call of any
 * aggs_ function. */
const struct agg_entry *aggs_sorted(struct aggs *as, uint32_t agg_id, const struct agg_sort *sort,
				    size_t *n);
/* Sorts entries of several aggregations among each other: by value, then aggregation, or by key, then
 * aggregation, then the other of the two. */
void aggs_sort_across(const struct aggs *as, struct agg_entry *e, size_t n,
		      const struct agg_sort *sort);
/* printa() of several: n rows of nids entries each (row-major, in the order of ids). A key that an
 * aggregation lacks has index UINT32_MAX, key NULL and a zero cell there; so the row's key is that
 * of its first entry with a key. */
const struct agg_entry *aggs_joined(struct aggs *as, const uint32_t *ids, size_t nids,
				    const struct agg_sort *sort, size_t *nrows);

/* printed: shown by a printa(); the command prints the others when it ends. */
bool aggs_printed(const struct aggs *as, uint32_t agg_id);
void aggs_set_printed(struct aggs *as, uint32_t agg_id);

/* What an entry amounts to: count, sum, min, max, average, standard deviation; unnormalised when
 * normal is 1. */
int64_t agg_value(const struct agg_entry *e, uint64_t normal);
/* Least value of a quantize bucket, from 0 to 126: -(2^62) .. 0 .. 2^62. */
int64_t agg_quantize_bucket(unsigned i);
unsigned agg_lquantize_levels(const struct plan_agg *a);
unsigned agg_llquantize_buckets(const struct plan_agg *a);
/* The bounds between llquantize buckets: value is where bucket 0 ends, after one step where bucket 1
 * does, and so on. */
struct agg_ll {
	const struct plan_agg *agg;
	uint64_t value, next, step;
};
struct agg_ll agg_ll_start(const struct plan_agg *a);
void agg_ll_step(struct agg_ll *w);

#endif
