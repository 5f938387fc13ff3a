/*
 * heatmap.c - distributions over time
 *
 * Counts are added up in one table of columns by buckets, and one for each key that is asked for; then
 * percentiles are taken, buckets outside of the wanted range are counted off, neighbours joined, and what is not
 * empty becomes the answer.
 */
#include "analytics/query/hub_state.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { MAX_TABLE = 4 << 20 };

struct table {
	const struct range *r;
	uint32_t nbuckets, nkeys;
	int64_t *all, *keys;	  /* [column][bucket]; [key][column][bucket] */
	uint32_t *index_of, nids; /* key id -> index + 1 */
	int64_t *sum;		  /* [column] */
	struct hub_heatmap *out;
};

static int add_counts(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct table *t = arg;
	for (uint32_t i = from; i < to; i++) {
		const struct chunk_entry *e = &c->entries[i];
		uint32_t column = range_index(t->r, e->second);
		int64_t *all = t->all + (size_t)column * t->nbuckets;
		t->out->lost[column] += e->lost;
		t->out->seconds[column] += e->seconds;
		t->sum[column] += e->sum;
		for (uint32_t k = e->first; k < e->first + e->ncells; k++) {
			const struct frame_cell *cell = &c->cells[k];
			if ((uint32_t)cell->bucket >= t->nbuckets)
				continue;
			all[cell->bucket] += cell->value;
			uint32_t key = cell->key < t->nids ? t->index_of[cell->key] : 0;
			if (key)
				t->keys[((size_t)(key - 1) * t->r->n + column) * t->nbuckets +
					(uint32_t)cell->bucket] += cell->value;
		}
	}
	return 0;
}

/* Only the keys' own counts from here on. */
static void isolate(struct table *t)
{
	size_t n = (size_t)t->r->n * t->nbuckets;
	memset(t->all, 0, n * sizeof(*t->all));
	for (uint32_t k = 0; k < t->nkeys; k++)
		for (size_t i = 0; i < n; i++)
			t->all[i] += t->keys[k * n + i];
}

static void bounds_of(const struct dataset *d, uint32_t bucket, double *lo, double *hi)
{
	int64_t from, to;
	double scale = d->metric.numeric ? d->metric.numeric->scale : 1;
	scheme_bounds(&d->metric.scheme, bucket, &from, &to);
	*lo = from == INT64_MIN ? -INFINITY : (double)from * scale;
	*hi = to == INT64_MAX ? INFINITY : (double)to * scale;
}

/* Value below which p percent of the counts lie: linear within the bucket. */
static double percentile(const struct dataset *d, const int64_t *counts, uint32_t n, double p)
{
	double total = 0, before = 0, lo, hi;
	for (uint32_t i = 0; i < n; i++)
		total += (double)counts[i];
	for (uint32_t i = 0; i < n && total > 0; i++) {
		double after = before + (double)counts[i];
		if (counts[i] && after >= total * p / 100) {
			bounds_of(d, i, &lo, &hi);
			if (isinf(lo) || isinf(hi))
				return isinf(lo) ? hi : lo;
			return lo +
			       (hi - lo) * fmax(0, (total * p / 100 - before) / (double)counts[i]);
		}
		before = after;
	}
	return NAN;
}

static void take_percentiles(const struct dataset *d, const struct hub_heatmap_query *q,
			     const struct table *t)
{
	struct hub_heatmap *out = t->out;
	out->percentiles = arena_array(out->arena, double *, q->npercentiles + 1);
	for (uint32_t p = 0; p < q->npercentiles; p++) {
		out->percentiles[p] = arena_array(out->arena, double, t->r->n + 1);
		for (uint32_t c = 0; c < t->r->n; c++)
			out->percentiles[p][c] = percentile(d, t->all + (size_t)c * t->nbuckets,
							    t->nbuckets, q->percentiles[p]);
	}
	double scale = d->metric.numeric ? d->metric.numeric->scale : 1;
	if (q->only_keys || d->metric.stat->user)
		return; /* the sum is of all keys; of a user's distribution nobody adds up the values */
	out->average = arena_array(out->arena, double, t->r->n + 1);
	for (uint32_t c = 0; c < t->r->n; c++) {
		int64_t count = 0;
		for (uint32_t b = 0; b < t->nbuckets; b++)
			count += t->all[(size_t)c * t->nbuckets + b];
		out->average[c] = count ? (double)t->sum[c] * scale / (double)count : NAN;
	}
}

/* ---- from buckets of the scheme to rows of the answer ---- */

struct rows {
	uint32_t *row_of; /* bucket -> row; UINT32_MAX: not shown */
	uint32_t n;
};

static struct rows choose_rows(const struct dataset *d, const struct hub_heatmap_query *q,
			       const struct table *t)
{
	struct hub_heatmap *out = t->out;
	struct rows rows = {.row_of = arena_array(out->arena, uint32_t, t->nbuckets + 1)};
	bool limited = q->y_lo != 0 || q->y_hi != 0;
	uint32_t used = 0, first = UINT32_MAX, last = 0;
	double lo, hi;
	for (uint32_t b = 0; b < t->nbuckets; b++) {
		int64_t count = 0;
		for (uint32_t c = 0; c < t->r->n; c++)
			count += t->all[(size_t)c * t->nbuckets + b];
		bounds_of(d, b, &lo, &hi);
		bool below = limited && hi <= q->y_lo, above = limited && lo >= q->y_hi;
		rows.row_of[b] = UINT32_MAX;
		if (below || above) {
			*(below ? &out->below : &out->above) += count;
		} else if (count) {
			rows.row_of[b] = 0;
			used++;
			first = first < b ? first : b;
			last = b;
		}
		out->total += count;
	}
	uint32_t group = q->max_buckets && used > q->max_buckets
			     ? (last - first + q->max_buckets) / q->max_buckets
			     : 1;
	out->bounds = arena_alloc(out->arena, (used + 1) * sizeof(*out->bounds));
	for (uint32_t b = first; used && b <= last; b++) {
		if (rows.row_of[b] == UINT32_MAX)
			continue;
		uint32_t from = first + (b - first) / group * group, to = from + group - 1;
		double unused;
		bounds_of(d, from, &lo, &unused);
		bounds_of(d, to < t->nbuckets ? to : t->nbuckets - 1, &unused, &hi);
		if (!rows.n || out->bounds[rows.n - 1][0] != lo) {
			out->bounds[rows.n][0] = lo;
			out->bounds[rows.n++][1] = hi;
		}
		rows.row_of[b] = rows.n - 1;
	}
	out->nbuckets = rows.n;
	return rows;
}

/* The cells of one table that are not empty. */
static struct hub_heat_cell *collect_cells(const struct table *t, const struct rows *rows,
					   const int64_t *counts, uint32_t *n, int64_t *total)
{
	struct arena *a = t->out->arena;
	VEC(struct hub_heat_cell) cells = {0};
	for (uint32_t c = 0; c < t->r->n; c++)
		for (uint32_t b = 0; b < t->nbuckets; b++) {
			int64_t v = counts[(size_t)c * t->nbuckets + b];
			uint32_t row = rows->row_of[b];
			if (total)
				*total += v;
			if (!v || row == UINT32_MAX)
				continue;
			if (cells.n && vec_last(&cells)->column == c &&
			    vec_last(&cells)->bucket == row)
				vec_last(&cells)->count += v;
			else
				*vec_push(&cells, a) = (struct hub_heat_cell){c, row, v};
		}
	*n = (uint32_t)cells.n;
	return cells.at;
}

static int make_table(struct dataset *d, const struct hub_heatmap_query *q, struct table *t,
		      struct err *e)
{
	struct arena *a = t->out->arena;
	t->nbuckets = scheme_nbuckets(&d->metric.scheme);
	t->nkeys = q->q.nkeys;
	size_t n = (size_t)t->r->n * t->nbuckets;
	if (t->nkeys > HUB_MAX_QUERY_KEYS || n * (1 + t->nkeys) > MAX_TABLE)
		return err_set(
		    e, EINVAL,
		    "%u columns of %u buckets for %u keys are too many: choose a larger step",
		    t->r->n, t->nbuckets, t->nkeys);
	t->all = arena_array(a, int64_t, n + 1);
	t->keys = arena_array(a, int64_t, n * t->nkeys + 1);
	t->sum = arena_array(a, int64_t, t->r->n + 1);
	t->nids = store_key_ids(d->set);
	t->index_of = arena_array(a, uint32_t, t->nids);
	for (uint32_t k = 0; k < t->nkeys; k++) {
		uint32_t id = store_key_find(d->set, q->q.keys[k]);
		if (id >= FRAME_FIRST_KEY)
			t->index_of[id] = k + 1;
	}
	return 0;
}

static struct hub_heatmap *heatmap(struct dataset *d, const struct hub_heatmap_query *q,
				   struct arena *a, struct err *e)
{
	struct range r;
	if (d->metric.scheme.type == SCHEME_NONE) {
		err_set(e, EINVAL, "%s is no distribution: break it down by a numeric field",
			d->metric.canonical);
		return NULL;
	}
	if (range_of(d, &q->q, &r, e) < 0)
		return NULL;
	struct hub_heatmap *out = arena_new_of(a, struct hub_heatmap);
	*out = (struct hub_heatmap){.arena = a,
				    .start = r.start,
				    .step_s = r.step_s,
				    .ncolumns = r.n,
				    .level_s = hub_level_s[r.level],
				    .nkeys = q->q.nkeys};
	out->lost = arena_array(a, uint64_t, r.n + 1);
	out->seconds = arena_array(a, uint32_t, r.n + 1);
	struct table t = {.r = &r, .out = out};
	if (make_table(d, q, &t, e) < 0 ||
	    store_read(d->set, r.level, r.start, r.end, add_counts, &t, e) < 0)
		return NULL;
	if (q->only_keys)
		isolate(&t);
	take_percentiles(d, q, &t);
	struct rows rows = choose_rows(d, q, &t);
	out->cells = collect_cells(&t, &rows, t.all, &out->ncells, NULL);
	out->keys = arena_array(a, struct hub_heatmap_key, t.nkeys + 1);
	for (uint32_t k = 0; k < t.nkeys; k++) {
		out->keys[k].key = arena_strdup(a, q->q.keys[k]);
		out->keys[k].cells = collect_cells(&t, &rows, t.keys + (size_t)k * r.n * t.nbuckets,
						   &out->keys[k].ncells, &out->keys[k].total);
	}
	d->touched = clock_ns();
	return out;
}

struct hub_heatmap *hub_heatmap(struct hub *h, const struct hub_heatmap_query *q, struct err *e)
{
	struct arena *a = arena_new();
	struct hub_heatmap *out = NULL;
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, q->q.dataset, q->q.scope, e);
	if (d)
		out = heatmap(d, q, a, e);
	pthread_mutex_unlock(&h->lock);
	if (!out)
		arena_free(a);
	return out;
}

void hub_heatmap_free(struct hub_heatmap *m)
{
	if (m)
		arena_free(m->arena);
}
