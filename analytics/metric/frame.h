/*
 * frame.h - what one dataset measured in one second
 *
 * Cells are sorted by (key, bucket), each pair at most once. By the dataset's kind:
 *
 *	scalar      one cell, key FRAME_NO_KEY, bucket FRAME_SCALAR; none when nothing happened
 *	keyed       a cell for each key, bucket FRAME_SCALAR
 *	dist        a cell for each bucket that is not empty, key FRAME_NO_KEY
 *	keyed-dist  a cell for each key and bucket
 *
 * Keys are ids of the dataset's own dictionary. A second has FRAME_MAX_KEYS of them at most, those of
 * the greatest totals; FRAME_OTHER has the sum of all others, so that totals are exact. What a value is
 * in the statistic's unit is value * scale (struct metric).
 */
#ifndef METRIC_FRAME_H
#define METRIC_FRAME_H

#include <stdbool.h>
#include <stdint.h>

enum { FRAME_NO_KEY = 0, FRAME_OTHER = 1, FRAME_FIRST_KEY = 2 };
enum { FRAME_SCALAR = -1, FRAME_MAX_KEYS = 256 };

enum frame_flags {
	FRAME_PARTIAL = 1,	/* the dataset was not enabled for the whole second */
	FRAME_DROPS = 2,	/* events were lost: `lost` of them, or an unknown number */
	FRAME_COST_UNKNOWN = 4, /* run_cnt and run_ns are not known */
	FRAME_KEYS_CUT = 8,	/* there were more keys: they are in FRAME_OTHER */
};

struct frame_cell {
	uint32_t key;
	int32_t bucket;
	int64_t value; /* rate: sum over the second; level: the value; distribution: how many */
};

struct frame {
	int64_t second; /* unix; the END of the interval */
	uint32_t flags; /* enum frame_flags */
	uint64_t lost;	/* events in this second that are not in the cells */
	uint64_t run_cnt,
	    run_ns;	    /* how often the kernel ran the dataset's programs, and how long */
	int64_t count, sum; /* distributions: events and the exact sum of their values */
	uint32_t ncells;
	struct frame_cell *cells;
};

/* Sorts the cells by (key, bucket) and adds up those that are the same. */
void frame_sort(struct frame *f);
/* Folds all but the `most` keys of the greatest totals into FRAME_OTHER. Sets FRAME_KEYS_CUT when it did. */
void frame_top(struct frame *f, uint32_t most);
/* Sum over all cells. */
int64_t frame_total(const struct frame *f);

#endif
