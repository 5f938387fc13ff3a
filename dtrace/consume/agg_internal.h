/*
 * agg_internal.h - what aggregate.c (snapshots), agg_turn.c (generations), agg_clear.c and agg_sort.c
 * (order, joins) share
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

/* What is known of a generation of a table on a CPU. */
struct gen_seen {
	uint32_t *slotmap; /* [nslots]: entry + 1, 0 = not seen yet */
	uint64_t *taken;   /* [nslots / 64, rounded up]: a bit for each slot that has a key */
	uint32_t ntaken;   /* how much of its own list has been read */
};

/*
 * All keys of one aggregation. Entry i: key keys[i * key_bytes], cell cells[i * ncells].
 * What the kernel has in all slots of an entry is cell + base: base grows by what clear() and trunc()
 * take away, and shrinks by what slots had that were emptied. The base of a min or max is what its
 * emptied slots had.
 * Per CPU and generation there is a struct gen_seen: gens[CPU * plan_agg_ngens() + generation].
 */
struct agg_table {
	const struct plan_agg *agg;
	uint32_t words; /* cell words that add up: ncells, min and max aside */
	uint32_t n, cap;
	uint8_t *keys;
	uint64_t *cells;
	uint64_t *base; /* NULL until there is one */
	/* aggpercpu: the same of each CPU, cell (entry * ncpus + CPU); ncpus is 0 without it. */
	uint32_t ncpus;
	uint64_t *cpu_cells, *cpu_base;
	uint64_t *hashes;
	uint8_t *flags;
	struct gen_seen *gens; /* NULL until the first snapshot */
	uint32_t *index;       /* hash: entry + 1 */
	uint32_t nindex;
	uint32_t epoch;	  /* how often entries have been numbered anew */
	uint32_t known;	  /* entries at the last look at the turn */
	uint32_t filling; /* the generation that programs fill */
	bool turned;	  /* the other one is still to be emptied */
	bool fold;	  /* keys need folding: string ids, symbols */
	bool touches;	  /* keys with user stacks: their process is looked up while it lives */
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
	bool in_grace; /* the tables that have turned wait for its end */
};

static inline bool agg_is_extreme(const struct plan_agg *a)
{
	return a->func == AGG_MIN || a->func == AGG_MAX;
}

/* `bytes` of the memory from offset off of a CPU's element on; NULL: no memory to map it. */
uint8_t *agg_show(struct aggs *as, uint32_t cpu, uint64_t off, uint64_t bytes);
void agg_hide(struct aggs *as);

/* Words that the kernel may be writing at this moment. */
static inline uint64_t agg_word(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline void agg_add_stddev(uint64_t *cell, const uint64_t *from)
{
	unsigned __int128 sum = ((unsigned __int128)cell[3] << 64) | cell[2];
	sum += ((unsigned __int128)agg_word(&from[3]) << 64) | agg_word(&from[2]);
	cell[0] += agg_word(&from[0]);
	cell[1] += agg_word(&from[1]);
	cell[2] = (uint64_t)sum;
	cell[3] = (uint64_t)(sum >> 64);
}

static inline void agg_sub_stddev(uint64_t *cell, const uint64_t *from)
{
	unsigned __int128 sum = ((unsigned __int128)cell[3] << 64) | cell[2];
	sum -= ((unsigned __int128)agg_word(&from[3]) << 64) | agg_word(&from[2]);
	cell[0] -= agg_word(&from[0]);
	cell[1] -= agg_word(&from[1]);
	cell[2] = (uint64_t)sum;
	cell[3] = (uint64_t)(sum >> 64);
}

static inline struct gen_seen *gen_seen(const struct agg_table *t, uint32_t cpu, uint32_t gen)
{
	return &t->gens[cpu * plan_agg_ngens(t->agg) + gen];
}

/* aggregate.c */
bool agg_need_base(struct agg_table *t); /* false: no memory */
void agg_reindex(struct agg_table *t);	 /* the index, from all entries */
/* What a slot of a min or max has goes to a cell. */
void agg_add_extreme(const struct agg_table *t, uint64_t *cell, const uint64_t *from);
/* Calls fn for each slot of a generation that is known to be taken, with the kernel's memory of it.
 * -1: fn said so, or there is no memory to show it. */
typedef int agg_slot_fn(struct aggs *as, struct agg_table *t, uint32_t cpu, struct gen_seen *seen,
			uint32_t slot, uint8_t *p);
int agg_each_slot(struct aggs *as, struct agg_table *t, uint32_t cpu, uint32_t gen,
		  agg_slot_fn *fn);

/* agg_turn.c: before a snapshot, and behind it with what the former said: whether no program is at work
 * any more on what is to be emptied. */
bool agg_turn_begin(struct aggs *as);
void agg_turn_end(struct aggs *as, bool settled);

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
