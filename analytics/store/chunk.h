/*
 * chunk.h - a run of entries in memory: the newest of a level, or a block that was read
 *
 * An entry is what a dataset measured in one period of a level: a second, ten, a minute, an hour. Periods end at
 * multiples of their length; an entry carries that end and how many seconds it is made of. Cells are as in
 * frame.h, with sums over the period. Where a level is coarser than a second, scalars and keyed values have a
 * range beside each cell: the least and greatest second, and how many seconds had the cell. Every entry has such a
 * range of its whole, the sum of its cells: that of keys cannot be had from theirs, and distributions have no other.
 */
#ifndef STORE_CHUNK_H
#define STORE_CHUNK_H

#include "analytics/metric/frame.h"

#include <stddef.h>

struct chunk_entry {
	int64_t second;	  /* end of the period */
	uint32_t seconds; /* with data */
	uint32_t flags;	  /* enum frame_flags, of all seconds */
	uint64_t lost;
	int64_t sum; /* of the values of a distribution */
	int64_t least,
	    most; /* second of the whole; least > most: not known. Of one second: chunk_whole() */
	uint32_t first, ncells;
};
struct chunk_range {
	int64_t min, max;
	uint32_t n;
};
struct chunk {
	struct chunk_entry *entries; /* by second */
	struct frame_cell *cells;    /* of entry i: first .. first + ncells - 1 */
	struct chunk_range *ranges;  /* beside the cells, or NULL */
	uint32_t n, cap;
	uint32_t ncells, cells_cap;
	bool ranged;
};

/* Appends an entry; entry->first is set here. ranges: as many as cells, when the chunk is ranged. -1: no memory,
 * nothing changed. */
int chunk_append(struct chunk *c, const struct chunk_entry *entry, const struct frame_cell *cells,
		 const struct chunk_range *ranges);
void chunk_clear(struct chunk *c); /* keeps the memory */
void chunk_fini(struct chunk *c);
size_t chunk_bytes(const struct chunk *c);
/* The least and the greatest second of the whole of an entry, with its cells and their ranges (or NULL). counts: what
 * has no cells is 0 (rates, distributions), not unknown. false: not known, as in what older releases wrote. */
bool chunk_whole(const struct chunk_entry *e, const struct frame_cell *cells,
		 const struct chunk_range *ranges, bool counts, int64_t *least, int64_t *most);
/* Index of the first entry whose second is >= second. */
uint32_t chunk_find(const struct chunk *c, int64_t second);

/* One period in the making: entries of the next finer level are added up. */
struct rollup {
	uint32_t period_s;
	bool rate; /* a cell that is not there is 0; else unknown */
	bool distribution;
	struct chunk_entry entry; /* seconds 0: nothing yet */
	struct frame_cell *cells, *spare;
	struct chunk_range *ranges, *spare_ranges; /* not of distributions */
	uint32_t cap;
};
/* Does an entry that ends at this second belong to another period than the one in the making? */
bool rollup_ends(const struct rollup *r, int64_t second);
/* Adds an entry of this period; ranges NULL: it is one of seconds. -1: no memory. */
int rollup_add(struct rollup *r, const struct chunk_entry *entry, const struct frame_cell *cells,
	       const struct chunk_range *ranges);
/* Folds all but the `most` keys of the greatest totals into FRAME_OTHER, whose ranges are not known: 0 to its sum. */
void rollup_cut(struct rollup *r, uint32_t most);
/* What was added up so far, as an entry of its own. */
int rollup_append(const struct rollup *r, struct chunk *to);
void rollup_reset(struct rollup *r);
void rollup_fini(struct rollup *r);

#endif
