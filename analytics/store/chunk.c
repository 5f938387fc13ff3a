/*
 * chunk.c - entries one after the other, and several added up to one
 */
#include "analytics/store/chunk.h"

#include <stdlib.h>
#include <string.h>

static int grow(void **p, uint32_t *cap, uint32_t need, size_t size)
{
	uint32_t want = *cap ? *cap : 64;
	while (want < need)
		want *= 2;
	void *q = realloc(*p, want * size);
	if (!q)
		return -1;
	*p = q;
	*cap = want;
	return 0;
}

static int chunk_reserve(struct chunk *c, uint32_t cells)
{
	uint32_t cap = c->cells_cap, need = c->ncells + cells;
	if (c->n == c->cap &&
	    grow((void **)&c->entries, &c->cap, c->n + 1, sizeof(*c->entries)) < 0)
		return -1;
	if (need <= c->cells_cap)
		return 0;
	if (c->ranged && grow((void **)&c->ranges, &cap, need, sizeof(*c->ranges)) < 0)
		return -1;
	return grow((void **)&c->cells, &c->cells_cap, need, sizeof(*c->cells));
}

int chunk_append(struct chunk *c, const struct chunk_entry *entry, const struct frame_cell *cells,
		 const struct chunk_range *ranges)
{
	if (chunk_reserve(c, entry->ncells) < 0)
		return -1;
	struct chunk_entry *e = &c->entries[c->n++];
	*e = *entry;
	e->first = c->ncells;
	if (entry->ncells) {
		memcpy(c->cells + c->ncells, cells, entry->ncells * sizeof(*cells));
		if (c->ranged)
			memcpy(c->ranges + c->ncells, ranges, entry->ncells * sizeof(*ranges));
	}
	c->ncells += entry->ncells;
	return 0;
}

void chunk_clear(struct chunk *c)
{
	c->n = c->ncells = 0;
}

void chunk_fini(struct chunk *c)
{
	free(c->entries);
	free(c->cells);
	free(c->ranges);
	*c = (struct chunk){.ranged = c->ranged};
}

size_t chunk_bytes(const struct chunk *c)
{
	return c->cap * sizeof(*c->entries) +
	       c->cells_cap * (sizeof(*c->cells) + (c->ranged ? sizeof(*c->ranges) : 0));
}

uint32_t chunk_find(const struct chunk *c, int64_t second)
{
	uint32_t lo = 0, hi = c->n;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (c->entries[mid].second < second)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool chunk_whole(const struct chunk_entry *e, const struct frame_cell *cells,
		 const struct chunk_range *ranges, bool counts, int64_t *least, int64_t *most)
{
	uint64_t total = 0;
	*least = *most = 0;
	if (!e->ncells)
		return counts;
	if (e->seconds == 1) {
		for (uint32_t i = 0; i < e->ncells; i++)
			total += (uint64_t)cells[i].value;
		*least = *most = (int64_t)total;
		return true;
	}
	bool alone = ranges && e->ncells == 1 && cells->key == FRAME_NO_KEY;
	*least = alone ? ranges->min : e->least;
	*most = alone ? ranges->max : e->most;
	return *least <= *most;
}

/* ---- rollups ---- */

static int64_t period_end(const struct rollup *r, int64_t second)
{
	int64_t p = r->period_s;
	return (second + p - 1) / p * p;
}

bool rollup_ends(const struct rollup *r, int64_t second)
{
	return r->entry.seconds && period_end(r, second) != r->entry.second;
}

static int rollup_reserve(struct rollup *r, uint32_t cells)
{
	if (cells <= r->cap)
		return 0;
	uint32_t cap = cells + cells / 2 + 16;
	struct frame_cell *a = realloc(r->cells, cap * sizeof(*a));
	if (a)
		r->cells = a;
	struct frame_cell *b = realloc(r->spare, cap * sizeof(*b));
	if (b)
		r->spare = b;
	if (!a || !b)
		return -1;
	if (!r->distribution) {
		struct chunk_range *x = realloc(r->ranges, cap * sizeof(*x));
		if (x)
			r->ranges = x;
		struct chunk_range *y = realloc(r->spare_ranges, cap * sizeof(*y));
		if (y)
			r->spare_ranges = y;
		if (!x || !y)
			return -1;
	}
	r->cap = cap;
	return 0;
}

static int cell_order(const struct frame_cell *x, const struct frame_cell *y)
{
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

static struct chunk_range range_of(const struct frame_cell *c, const struct chunk_range *ranges,
				   uint32_t i)
{
	return ranges ? ranges[i] : (struct chunk_range){c[i].value, c[i].value, 1};
}

static void range_join(struct chunk_range *to, struct chunk_range other)
{
	to->min = to->min < other.min ? to->min : other.min;
	to->max = to->max > other.max ? to->max : other.max;
	to->n += other.n;
}

static void join_whole(struct rollup *r, const struct chunk_entry *entry,
		       const struct frame_cell *cells, const struct chunk_range *ranges)
{
	int64_t least, most;
	if (!r->entry.seconds) {
		r->entry.least = INT64_MAX;
		r->entry.most = INT64_MIN;
	}
	if (!chunk_whole(entry, cells, ranges, r->rate || r->distribution, &least, &most))
		return;
	r->entry.least = least < r->entry.least ? least : r->entry.least;
	r->entry.most = most > r->entry.most ? most : r->entry.most;
}

int rollup_add(struct rollup *r, const struct chunk_entry *entry, const struct frame_cell *cells,
	       const struct chunk_range *ranges)
{
	uint32_t a = 0, b = 0, n = 0, have = r->entry.ncells, more = entry->ncells;
	if (rollup_reserve(r, have + more) < 0)
		return -1;
	while (a < have || b < more) {
		int order = a == have ? 1 : b == more ? -1 : cell_order(&r->cells[a], &cells[b]);
		r->spare[n] = order <= 0 ? r->cells[a] : cells[b];
		if (!r->distribution)
			r->spare_ranges[n] = order <= 0 ? r->ranges[a] : range_of(cells, ranges, b);
		if (order == 0) {
			r->spare[n].value += cells[b].value;
			if (!r->distribution)
				range_join(&r->spare_ranges[n], range_of(cells, ranges, b));
		}
		a += order <= 0;
		b += order >= 0;
		n++;
	}
	join_whole(r, entry, cells, ranges);
	struct frame_cell *c = r->cells;
	struct chunk_range *g = r->ranges;
	r->cells = r->spare;
	r->spare = c;
	r->ranges = r->spare_ranges;
	r->spare_ranges = g;
	r->entry.second = period_end(r, entry->second);
	r->entry.seconds += entry->seconds;
	r->entry.flags |= entry->flags;
	r->entry.lost += entry->lost;
	r->entry.sum += entry->sum;
	r->entry.ncells = n;
	return 0;
}

void rollup_cut(struct rollup *r, uint32_t most)
{
	uint32_t before = r->entry.ncells, k = 0;
	struct frame f = {.ncells = before, .cells = r->cells};
	if (before <= most)
		return;
	memcpy(r->spare, r->cells, before * sizeof(*r->cells));
	frame_top(&f, most);
	r->entry.ncells = f.ncells;
	r->entry.flags |= f.flags;
	if (r->distribution || f.ncells == before)
		return;
	/* Keys that were kept are in the same order as before. */
	for (uint32_t i = 0; i < f.ncells; i++) {
		if (f.cells[i].key == FRAME_OTHER) {
			r->spare_ranges[i] =
			    (struct chunk_range){0, f.cells[i].value, r->entry.seconds};
			continue;
		}
		while (cell_order(&r->spare[k], &f.cells[i]) != 0)
			k++;
		r->spare_ranges[i] = r->ranges[k];
	}
	struct chunk_range *g = r->ranges;
	r->ranges = r->spare_ranges;
	r->spare_ranges = g;
}

int rollup_append(const struct rollup *r, struct chunk *to)
{
	if (!r->entry.seconds)
		return 0;
	/* What was not there in some of the seconds was 0 then, if it is a rate. */
	if (r->rate && !r->distribution)
		for (uint32_t i = 0; i < r->entry.ncells; i++)
			if (r->ranges[i].n < r->entry.seconds) {
				r->ranges[i].min = r->ranges[i].min < 0 ? r->ranges[i].min : 0;
				r->ranges[i].max = r->ranges[i].max > 0 ? r->ranges[i].max : 0;
			}
	return chunk_append(to, &r->entry, r->cells, r->ranges);
}

void rollup_reset(struct rollup *r)
{
	r->entry = (struct chunk_entry){0};
}

void rollup_fini(struct rollup *r)
{
	free(r->cells);
	free(r->spare);
	free(r->ranges);
	free(r->spare_ranges);
	r->cells = r->spare = NULL;
	r->ranges = r->spare_ranges = NULL;
	r->cap = 0;
	rollup_reset(r);
}
