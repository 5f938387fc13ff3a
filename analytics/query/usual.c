/*
 * usual.c - what is usual of a value at a time: the range by medians, and the history it is learned from
 */
#include "analytics/query/usual.h"
#include "analytics/query/hub_state.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

const struct usual_rule usual_rules[] = {
    {USUAL_WEEK, 7 * DAY_S, 8, 3, 4},
    {USUAL_DAY, DAY_S, 14, 3, 7},
    {USUAL_LATELY, HOUR_S, 24, 1, 24},
    {USUAL_UNKNOWN, 0, 0, 0, 0},
};

const char *usual_basis_text(enum usual_basis b)
{
	static const char *const texts[] = {[USUAL_UNKNOWN] = "unknown",
					    [USUAL_LATELY] = "lately",
					    [USUAL_DAY] = "day",
					    [USUAL_WEEK] = "week"};
	return texts[b];
}

/* ---- medians ---- */

double usual_weight(const struct usual_rule *r, uint32_t ago)
{
	return exp2(-((double)ago - 1) / r->half);
}

struct weighed {
	double v, weight;
};
static int by_value(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;
	return (x->v > y->v) - (x->v < y->v);
}

static double median(struct weighed *w, size_t n)
{
	double half = 0, seen = 0;
	qsort(w, n, sizeof(*w), by_value);
	for (size_t i = 0; i < n; i++)
		half += w[i].weight / 2;
	for (size_t i = 0; i < n; i++)
		if ((seen += w[i].weight) >= half)
			return w[i].v;
	return w[n - 1].v;
}

/* The median, and the spread around it. The values are gone afterwards. */
static double centre(struct weighed *w, size_t n, double *spread)
{
	double m = median(w, n);
	for (size_t i = 0; i < n; i++)
		w[i].v = fabs(w[i].v - m);
	*spread = 1.4826 * median(w, n);
	return m;
}

void usual_learn(struct usual_point *p, size_t n, struct usual *out)
{
	struct weighed *w = malloc(n * sizeof(*w));
	double least = INFINITY, low_mid, high_mid;
	out->points = 0;
	if (!w)
		return;
	for (size_t i = 0; i < n; i++) {
		w[i] = (struct weighed){p[i].low, p[i].weight};
		least = fmin(least, p[i].low);
	}
	low_mid = centre(w, n, &out->low_spread);
	for (size_t i = 0; i < n; i++)
		w[i] = (struct weighed){p[i].high, p[i].weight};
	high_mid = centre(w, n, &out->high_spread);
	free(w);
	double floor = USUAL_FLOOR * fmax(fmax(fabs(low_mid), fabs(high_mid)), high_mid - low_mid);
	if (floor <= 0)
		floor = 1;
	out->low_spread = fmax(out->low_spread, floor);
	out->high_spread = fmax(out->high_spread, floor);
	out->low = low_mid - 3 * out->low_spread;
	out->high = high_mid + 3 * out->high_spread;
	if (least >= 0)
		out->low = fmax(out->low, 0);
	out->points = (uint32_t)n;
}

double usual_outside(const struct usual *u, double v)
{
	if (u->basis == USUAL_UNKNOWN)
		return 0;
	if (v > u->high)
		return (v - u->high) / u->high_spread;
	return v < u->low ? (u->low - v) / u->low_spread : 0;
}

/* ---- history ---- */

struct history {
	struct dataset *d;
	const char *key;
	struct usual_point *at;
	uint32_t n, cap;
};

/* The whole of a dataset that has keys is their sum: what its least second was is not kept. */
static bool point_of(const struct hub_values *v, uint32_t i, struct usual_point *p)
{
	const struct hub_series *s = v->series;
	if (v->nseries == 1 && s->min) {
		*p = (struct usual_point){.low = s->min[i], .high = s->max[i]};
		return !isnan(p->low);
	}
	double sum = NAN;
	for (uint32_t k = 0; k < v->nseries; k++)
		if (!isnan(s[k].value[i]))
			sum = (isnan(sum) ? 0 : sum) + s[k].value[i];
	*p = (struct usual_point){.low = sum, .high = sum};
	return !isnan(sum);
}

/* Adds what is known of the hour. -> 1 when that is at least half of it, else 0, with nothing added; -1 and *e. */
static int add_hour(struct history *h, int64_t start, double weight, struct err *e)
{
	bool one = h->key[0] || h->d->metric.kind == METRIC_SCALAR;
	struct hub_query q = {.t0 = start,
			      .t1 = start + HOUR_S,
			      .step_s = one && !h->d->metric.scheme.type ? 60 : 10,
			      .keys = &h->key,
			      .nkeys = h->key[0] ? 1 : 0,
			      .top = 1};
	struct arena *a = arena_new();
	if (!a)
		return err_set(e, ENOMEM, "out of memory");
	struct hub_values *v = values_of(h->d, &q, a, e);
	uint32_t before = h->n, known = 0;
	if (v && h->key[0])
		v->nseries = 1; /* the others are not asked for */
	for (uint32_t i = 0; v && i < v->npoints && h->n < h->cap; i++) {
		known += v->seconds[i];
		if (v->seconds[i] * 2 >= v->step_s && point_of(v, i, &h->at[h->n]))
			h->at[h->n++].weight = weight;
	}
	if (known * 2 < HOUR_S)
		h->n = before;
	arena_free(a);
	return !v ? -1 : h->n > before;
}

/* 0, and out->basis when there are enough occasions; -1 and *e. */
static int learn_by(const struct usual_rule *r, struct history *h, int64_t hour, int64_t first,
		    struct usual *out, struct err *e)
{
	uint32_t occasions = 0;
	h->n = 0;
	for (uint32_t ago = 1; ago <= r->most; ago++) {
		int64_t start = hour - ago * r->period_s;
		if (start + HOUR_S <= first)
			break;
		int got = add_hour(h, start, usual_weight(r, ago), e);
		if (got < 0)
			return -1;
		occasions += (uint32_t)got;
	}
	if (occasions < r->least)
		return 0;
	out->occasions = occasions;
	usual_learn(h->at, h->n, out);
	out->basis = out->points ? r->basis : USUAL_UNKNOWN;
	return 0;
}

/* The first second of any level: coarser ones reach further back. */
static int64_t first_of(const struct dataset *d)
{
	int64_t first = 0, at, unused;
	for (unsigned level = 0; level < HUB_LEVELS; level++) {
		store_span(d->set, level, &at, &unused);
		if (at && (!first || at - hub_level_s[level] < first))
			first = at - hub_level_s[level];
	}
	return first;
}

int hub_usual(struct hub *h, uint32_t dataset, const char *scope, const char *key, int64_t at,
	      struct usual *out, struct err *e)
{
	enum { POINTS = 24 * HOUR_S / 10 };
	struct history past = {
	    .key = key ? key : "", .at = malloc(POINTS * sizeof(*past.at)), .cap = POINTS};
	int64_t hour = at - at % HOUR_S;
	int status = 0;
	*out = (struct usual){0};
	if (!past.at)
		return err_set(e, ENOMEM, "out of memory");
	pthread_mutex_lock(&h->lock);
	past.d = hub_get(h, dataset, scope, e);
	if (!past.d)
		status = -1;
	else if (past.key[0] && past.d->metric.kind != METRIC_KEYED &&
		 past.d->metric.kind != METRIC_KEYED_DIST)
		status = err_set(e, EINVAL, "%s has no keys", past.d->metric.canonical);
	int64_t first = status == 0 ? first_of(past.d) : 0;
	for (const struct usual_rule *r = usual_rules;
	     first && status == 0 && r->basis && !out->basis; r++)
		status = learn_by(r, &past, hour, first, out, e);
	pthread_mutex_unlock(&h->lock);
	free(past.at);
	return status;
}
