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
	int64_t minute; /* of the last point */
};

/* The seconds of a key of a distribution are not kept in coarser levels: it is known by means. */
static bool by_means(const struct history *h)
{
	return h->key[0] && h->d->metric.kind == METRIC_KEYED_DIST;
}

static bool point_of(const struct history *h, const struct hub_values *v, uint32_t i,
		     struct usual_point *p)
{
	const struct hub_series *s = v->series;
	bool whole = !h->key[0];
	p->low = whole ? v->least[i] : by_means(h) ? s->value[i] : s->min[i];
	p->high = whole ? v->most[i] : by_means(h) ? s->value[i] : s->max[i];
	return !isnan(p->low);
}

/* What is of the same minute becomes one point. */
static void add_point(struct history *h, const struct usual_point *p, int64_t minute)
{
	struct usual_point *last = h->n ? &h->at[h->n - 1] : NULL;
	if (last && h->minute == minute && last->occasion == p->occasion) {
		last->low = fmin(last->low, p->low);
		last->high = fmax(last->high, p->high);
	} else if (h->n < h->cap) {
		h->at[h->n++] = *p;
		h->minute = minute;
	}
}

/* Adds what is known of the hour. -> 1 when that is at least half of it, else 0, with nothing added; -1 and *e. */
static int add_hour(struct history *h, int64_t start, uint32_t ago, double weight, struct err *e)
{
	struct hub_query q = {.t0 = start,
			      .t1 = start + HOUR_S,
			      .step_s = by_means(h) ? USUAL_MEAN_S : 60,
			      .keys = &h->key,
			      .nkeys = h->key[0] ? 1 : 0,
			      .top = 1};
	struct arena *a = arena_new();
	if (!a)
		return err_set(e, ENOMEM, "out of memory");
	struct hub_values *v = values_of(h->d, &q, a, e);
	uint32_t before = h->n, known = 0;
	for (uint32_t i = 0; v && i < v->npoints; i++) {
		struct usual_point p = {.weight = weight, .occasion = ago};
		known += v->seconds[i];
		if (v->seconds[i] * 2 >= v->step_s && point_of(h, v, i, &p))
			add_point(h, &p, (v->start + i * v->step_s) / 60);
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
		int got = add_hour(h, start, ago, usual_weight(r, ago), e);
		if (got < 0)
			return -1;
		occasions += (uint32_t)got;
	}
	if (occasions < r->least)
		return 0;
	out->occasions = occasions;
	out->mean_s = by_means(h) ? USUAL_MEAN_S : 1;
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
	enum { POINTS = 24 * HOUR_S / 60 };
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
