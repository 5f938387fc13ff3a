/*
 * agg_internal.h - what aggregate.c (snapshots) and agg_sort.c (order, joins) share
 */
#ifndef CONSUME_AGG_INTERNAL_H
#define CONSUME_AGG_INTERNAL_H

#include "base/arena.h"
#include "dtrace/consume/aggregate.h"
#include "dtrace/consume/consume.h"

#include <stdlib.h>
#include <string.h>

enum {
	ENTRY_LIVE = 1, /* shown: counted since it was last truncated */
	ENTRY_RESET = 2 /* of a min or max: its cells are about to be emptied */
};

/* All keys of one aggregation. Entry i: key keys[i * key_bytes], cell cells[i * ncells]. raw sum =
 * cell + base. */
struct agg_table {
	const struct plan_agg *agg;
	uint32_t words; /* cell words that add up: ncells, min and max aside */
	uint32_t n, cap;
	uint8_t *keys;
	uint64_t *cells;
	uint64_t *base; /* NULL until the first clear or trunc */
	/* aggpercpu: the same of each CPU, cell (entry * ncpus + CPU); ncpus is 0 without it. */
	uint32_t ncpus;
	uint64_t *cpu_cells, *cpu_base;
	uint64_t *hashes;
	uint8_t *flags;
	uint32_t *slotmap; /* [ncpu * nslots]: entry + 1, 0 = not seen yet */
	uint32_t *index;   /* hash: entry + 1 */
	uint32_t nindex;
	bool fold;    /* keys need folding: string ids, symbols */
	bool touches; /* keys with user stacks: their process is looked up while it lives */
	bool printed;
	bool was_reset; /* a min or max: its cells were emptied once */
	uint64_t normal;
};

struct sort_item {
	uint64_t k1, k2;
	uint32_t idx;
};

struct aggs {
	const struct image *image;
	const struct plan *plan;
	uint8_t *mem;
	const struct consume_window *window; /* NULL: all of mem is accessible */
	uint64_t stride;
	uint32_t ncpu;
	struct symbols *syms;
	struct agg_table *tables; /* by aggregation id */
	uint32_t ntables;
	uint32_t *same_text; /* string id -> least id with the same text */
	uint64_t *zero;	     /* a cell of zeros, as wide as the widest */
	struct agg_entry *out, *rows;
	size_t out_cap, rows_cap;
	struct sort_item *items; /* two halves: data and scratch */
	size_t items_cap;
};

/* agg_sort.c */
int agg_key_cmp(const struct plan *p, const struct agg_entry *a, const struct agg_entry *b,
		uint32_t keypos);
int agg_value_cmp(const struct agg_entry *a, const struct agg_entry *b);
/* Live entries in the order of the table. */
size_t agg_collect(struct aggs *as, uint32_t agg_id, struct agg_entry *out);

static inline struct agg_entry table_entry(const struct agg_table *t, uint32_t i)
{
	return (struct agg_entry){.agg = t->agg,
				  .key = t->agg->keyed ? t->keys + (size_t)i * t->agg->key_bytes
						       : NULL,
				  .cell = t->cells + (size_t)i * t->agg->ncells,
				  .normal = t->normal,
				  .index = i};
}

#endif
