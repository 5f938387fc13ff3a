/*
 * usual_past.c - the past of a dataset that what is usual is learned from
 */
#include "analytics/query/hub_state.h"
#include "analytics/query/usual.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { HOUR_S = 3600 };

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
