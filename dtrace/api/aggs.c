/*
 * aggs.c - aggregations for callers: snapshots, walks in any order, clearing
 */
#include "dtrace/api/session_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

uint32_t session_naggs(const struct session *s)
{
	return s->aggs ? (uint32_t)s->image.plan.aggs.n : 0;
}

const struct session_agg *session_agg(struct session *s, uint32_t id)
{
	if (id >= session_naggs(s))
		return NULL;
	s->views.aggs[id].agg.printed = aggs_printed(s->aggs, id);
	return &s->views.aggs[id].agg;
}

int session_snapshot(struct session *s, struct err *e)
{
	if (s->loaded)
		session_look(s);
	return s->aggs ? aggs_snapshot(s->aggs, e) : 0;
}

void session_clear(struct session *s, uint32_t agg)
{
	if (s->aggs)
		aggs_clear(s->aggs, agg);
}

void session_normalize(struct session *s, uint32_t agg, uint64_t factor)
{
	if (s->aggs)
		aggs_normalize(s->aggs, agg, factor);
}

void session_bucket(const struct session_agg *a, uint32_t bucket, int64_t *least, int64_t *greatest)
{
	const struct plan_agg p = {.func = a->func == SESSION_QUANTIZE	  ? AGG_QUANTIZE
					   : a->func == SESSION_LQUANTIZE ? AGG_LQUANTIZE
									  : AGG_LLQUANTIZE,
				   .base = a->base,
				   .limit = a->limit,
				   .step = a->step,
				   .factor = a->factor,
				   .low = a->low,
				   .high = a->high,
				   .nsteps = a->steps};
	output_bucket(&p, bucket, least, greatest);
}

uint32_t session_agg_cpus(const struct session *s)
{
	return s->aggs ? aggs_cpus(s->aggs) : 0;
}

const uint64_t *session_entry_cpu(struct session *s, const struct session_entry *entry,
				  uint32_t cpu)
{
	struct agg_entry e, of_cpu;
	if (!s->aggs || !aggs_entry(s->aggs, entry->agg->id, entry->index, &e) ||
	    !aggs_of_cpu(s->aggs, &e, cpu, &of_cpu))
		return NULL;
	return of_cpu.cell;
}

/* ---- walks ---- */

/* The entries of a walk: copies, because what a callback does may sort anew. */
struct walk {
	struct agg_entry *at;
	size_t n;
};

static int take(struct walk *w, const struct agg_entry *from, size_t n)
{
	struct agg_entry *at = realloc(w->at, (w->n + n + 1) * sizeof(*at));
	if (!at)
		return -1;
	if (n)
		memcpy(at + w->n, from, n * sizeof(*at));
	w->at = at;
	w->n += n;
	return 0;
}

static struct agg_sort sort_of(const struct session *s, const struct session_order *o)
{
	if (o->by == SESSION_BY_OPTIONS)
		return s->out_opts.sort;
	return (struct agg_sort){.by_key = o->by == SESSION_BY_KEY, .reverse = o->reverse};
}

static int gather(struct session *s, int agg, const struct session_order *o, struct walk *w)
{
	struct agg_sort sort = sort_of(s, o);
	uint32_t total = session_naggs(s);
	for (uint32_t i = 0; i < total; i++) {
		uint32_t id = o->reverse ? total - 1 - i : i;
		size_t n;
		if (agg != SESSION_ALL_AGGS && (uint32_t)agg != id)
			continue;
		const struct agg_entry *e = aggs_sorted(s->aggs, id, &sort, &n);
		if (take(w, e, n) < 0)
			return -1;
	}
	if (o->across)
		aggs_sort_across(s->aggs, w->at, w->n, &sort);
	return 0;
}

static int visit(struct session *s, struct walk *w, session_entry_fn *fn, void *arg, struct err *e)
{
	struct session_entry entry;
	int r = 0;
	size_t nclear = 0, nremove = 0;
	uint8_t *what = calloc(w->n + 1, 1);
	if (!what)
		return err_set(e, ENOMEM, "out of memory");
	for (size_t i = 0; i < w->n; i++) {
		views_entry(s, &w->at[i], &entry);
		enum session_walked next = fn(arg, &entry);
		if (next == SESSION_WALK_ERROR)
			r = err_set(e, ECANCELED, "aborted by its caller");
		if (next == SESSION_WALK_ERROR || next == SESSION_WALK_STOP)
			break;
		what[i] = (uint8_t)next;
		nclear += next == SESSION_WALK_CLEAR;
		nremove += next == SESSION_WALK_REMOVE;
	}
	for (size_t i = 0; (nclear || nremove) && i < w->n; i++)
		if (what[i])
			aggs_reset_entry(s->aggs, &w->at[i], what[i] == SESSION_WALK_REMOVE);
	if (nclear || nremove)
		aggs_reset_done(s->aggs);
	free(what);
	return r;
}

int session_walk(struct session *s, int agg, const struct session_order *order,
		 session_entry_fn *fn, void *arg, struct err *e)
{
	static const struct session_order unsorted;
	struct walk w = {0};
	int r = gather(s, agg, order ? order : &unsorted, &w);
	r = r < 0 ? err_set(e, ENOMEM, "out of memory") : visit(s, &w, fn, arg, e);
	free(w.at);
	return r;
}

int session_walk_joined(struct session *s, const uint32_t *aggs, uint32_t n, session_row_fn *fn,
			void *arg, struct err *e)
{
	size_t rows = 0;
	struct walk w = {0};
	for (uint32_t i = 0; i < n; i++)
		if (aggs[i] >= session_naggs(s))
			return err_set(e, ENOENT, "no such aggregation");
	const struct agg_entry *joined =
	    n && s->aggs ? aggs_joined(s->aggs, aggs, n, &s->out_opts.sort, &rows) : NULL;
	struct session_entry *row = calloc(n + 1u, sizeof(*row));
	int r = !row || take(&w, joined, rows * n) < 0 ? err_set(e, ENOMEM, "out of memory") : 0;
	for (size_t i = 0; r == 0 && i < rows; i++) {
		for (uint32_t k = 0; k < n; k++)
			views_entry(s, &w.at[i * n + k], &row[k]);
		if (fn(arg, row, n))
			break;
	}
	free(row);
	free(w.at);
	return r;
}

/* ---- as text ---- */

void session_print_entry(struct session *s, const struct session_entry *entry)
{
	struct agg_entry e;
	if (s->output && aggs_entry(s->aggs, entry->agg->id, entry->index, &e))
		output_entry(s->output, &e, 1);
}

int session_print_aggs(struct session *s)
{
	if (!s->output)
		return 0;
	int r = output_aggs(s->output);
	return output_flush(s->output) < 0 ? -1 : r;
}
