/*
 * reading.c - what a threshold measures in a dataset's second
 *
 * Inside a bucket events are taken to be spread evenly; the two that have no end are taken at the end they have.
 */
#include "analytics/alert/reading.h"

#include <errno.h>
#include <string.h>

/* Cells of one key, or of all: of the same key they are neighbours, buckets ascending within. */
struct cells {
	const struct hub_second *s;
	uint32_t first, n;
	bool all;
};

static bool distributed(const struct hub_second *s)
{
	return s->kind == METRIC_DIST || s->kind == METRIC_KEYED_DIST;
}

/* Of unusual the watcher makes what it is, of the value. */
static bool by_value(const struct threshold *t)
{
	return t->measure == MEASURE_VALUE || t->measure == MEASURE_UNUSUAL;
}

static bool uncertain(const struct frame *f)
{
	return f->lost || f->flags & (FRAME_PARTIAL | FRAME_DROPS);
}

static void bounds(const struct hub_second *s, int32_t bucket, double *lo, double *hi)
{
	int64_t from, to;
	scheme_bounds(s->scheme, (uint32_t)bucket, &from, &to);
	*lo = from == INT64_MIN ? (double)to : (double)from;
	*hi = to == INT64_MAX ? (double)from : (double)to;
}

static double count_below(const struct cells *c, double v)
{
	double below = 0;
	for (uint32_t i = c->first; i < c->first + c->n; i++) {
		const struct frame_cell *x = &c->s->frame->cells[i];
		double lo, hi;
		bounds(c->s, x->bucket, &lo, &hi);
		if (hi <= v)
			below += (double)x->value;
		else if (lo < v)
			below += (double)x->value * (v - lo) / (hi - lo);
	}
	return below;
}

static double total_of(const struct cells *c)
{
	double total = 0;
	for (uint32_t i = c->first; i < c->first + c->n; i++)
		total += (double)c->s->frame->cells[i].value;
	return total;
}

/* The next bucket after `after` that any cell has; false when there is none. Its count over all keys. */
static bool next_bucket(const struct cells *c, int64_t after, struct frame_cell *out)
{
	bool found = false;
	for (uint32_t i = c->first; i < c->first + c->n; i++) {
		const struct frame_cell *x = &c->s->frame->cells[i];
		if (x->bucket <= after || x->value <= 0)
			continue;
		if (!found || x->bucket < out->bucket) {
			*out = *x;
			found = true;
		} else if (x->bucket == out->bucket) {
			out->value += x->value;
		}
		if (found && !c->all && x->bucket == out->bucket)
			break; /* of one key they are ascending */
	}
	return found;
}

static double percentile_of(const struct cells *c, double percentile, double total)
{
	double wanted = total * percentile / 100, seen = 0, lo = 0, hi = 0;
	struct frame_cell x = {0};
	for (int64_t after = INT64_MIN; next_bucket(c, after, &x); after = x.bucket) {
		bounds(c->s, x.bucket, &lo, &hi);
		if (seen + (double)x.value >= wanted)
			return lo + (hi - lo) * (wanted - seen) / (double)x.value;
		seen += (double)x.value;
	}
	return hi;
}

static struct reading read_cells(const struct threshold *t, const struct cells *c)
{
	struct reading r = {READ_VALUE, uncertain(c->s->frame), 0};
	double total = total_of(c);
	if (by_value(t)) {
		r.value = distributed(c->s) ? total : total * c->s->scale;
		if (!c->n && c->s->mode == METRIC_LEVEL)
			r.state = READ_QUIET; /* there is no level that nothing has */
		return r;
	}
	if (total <= 0) {
		r.state = READ_QUIET;
		return r;
	}
	if (t->measure == MEASURE_PERCENTILE)
		r.value = percentile_of(c, t->percentile, total);
	else
		r.value = 100 * (1 - count_below(c, t->share_above) / total);
	return r;
}

struct reading reading_of_missing(const struct threshold *t, const struct hub_second *s)
{
	struct reading r = {READ_VALUE, uncertain(s->frame) || s->frame->flags & FRAME_KEYS_CUT, 0};
	if (!by_value(t))
		r.state = READ_QUIET;
	return r;
}

int reading_each(const struct threshold *t, const struct hub_second *s, reading_fn *fn, void *arg,
		 struct err *e)
{
	const struct frame *f = s->frame;
	if (!by_value(t) && !distributed(s))
		return err_set(e, EINVAL,
			       "%s has no distribution: it is not broken down by a numeric field",
			       s->name);
	bool keyed = s->kind == METRIC_KEYED || s->kind == METRIC_KEYED_DIST;
	if (t->key[0] && !keyed)
		return err_set(e, EINVAL,
			       "%s has no keys: it is not broken down by a discrete field",
			       s->name);
	if (!t->key[0]) {
		struct reading r = read_cells(t, &(struct cells){s, 0, f->ncells, true});
		fn(arg, "", &r);
		return 0;
	}
	bool every = strcmp(t->key, "*") == 0, found = false;
	for (uint32_t i = 0, n; i < f->ncells; i += n) {
		for (n = 1; i + n < f->ncells && f->cells[i + n].key == f->cells[i].key; n++)
			;
		if (!s->keys[i] || (!every && strcmp(s->keys[i], t->key) != 0))
			continue;
		struct reading r = read_cells(t, &(struct cells){s, i, n, false});
		fn(arg, s->keys[i], &r);
		found = true;
	}
	if (!every && !found) {
		struct reading r = reading_of_missing(t, s);
		fn(arg, t->key, &r);
	}
	return 0;
}
