/*
 * values.c - series of a dataset over time, its keys, its newest frame
 *
 * Entries are read from the coarsest level whose periods divide the step. Keys are chosen by a first pass over
 * the range, when there are more than the caller wants to see; the second adds up those and the rest.
 */
#include "analytics/query/hub_state.h"

#include "base/clock.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- ranges ---- */

static uint32_t nice_step(int64_t span, uint32_t points)
{
	static const uint32_t nice[] = {1,   2,	   5,	 10,   20,   30,    60,	   120,	 300,
					600, 1200, 1800, 3600, 7200, 14400, 43200, 86400};
	for (size_t i = 0; i < sizeof(nice) / sizeof(nice[0]); i++)
		if ((span + nice[i] - 1) / nice[i] + 1 <= points)
			return nice[i];
	return (uint32_t)((span / points / 86400 + 1) * 86400);
}

/* Where the finer level has been given up already, a coarser one may reach further back. */
static unsigned level_with_data(const struct dataset *d, unsigned level, int64_t t0)
{
	int64_t first, coarser, unused;
	for (; level + 1 < HUB_LEVELS; level++) {
		store_span(d->set, level, &first, &unused);
		store_span(d->set, level + 1, &coarser, &unused);
		if (first &&
		    (first <= t0 + hub_level_s[level] || coarser + hub_level_s[level + 1] > first))
			break;
		if (!coarser)
			break;
	}
	return level;
}

static int64_t floor_to(int64_t t, int64_t step)
{
	int64_t r = t % step;
	return t - (r < 0 ? r + step : r);
}

int range_of(const struct dataset *d, const struct hub_query *q, struct range *out, struct err *e)
{
	uint32_t most = q->max_points ? q->max_points : 600, step = q->step_s;
	if (q->t1 <= q->t0 || q->t0 < 0 || q->t1 > (int64_t)1 << 40)
		return err_set(e, EINVAL, "the range from %lld to %lld is empty or out of bounds",
			       (long long)q->t0, (long long)q->t1);
	if (most > HUB_MAX_POINTS)
		most = HUB_MAX_POINTS;
	if (!step)
		step = nice_step(q->t1 - q->t0, most < 2 ? 2 : most);
	unsigned level = HUB_LEVELS - 1;
	while (step % hub_level_s[level])
		level--;
	level = level_with_data(d, level, q->t0);
	uint32_t period = hub_level_s[level];
	if (step % period)
		step = (step / period + 1) * period;
	*out = (struct range){.start = floor_to(q->t0, step),
			      .end = floor_to(q->t1 + step - 1, step),
			      .step_s = step,
			      .level = level};
	int64_t n = (out->end - out->start) / step;
	if (n > HUB_MAX_POINTS)
		return err_set(e, EINVAL,
			       "%lld points, at most %d are told at once: choose a larger step",
			       (long long)n, HUB_MAX_POINTS);
	out->n = (uint32_t)n;
	return 0;
}

uint32_t range_index(const struct range *r, int64_t second)
{
	return (uint32_t)((second - 1 - r->start) / r->step_s);
}

/* ---- which keys ---- */

struct totals {
	int64_t *total; /* by key id */
	uint32_t *seen; /* by key id: in how many seconds */
	uint32_t n;
	uint64_t seconds;
};

static int add_totals(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct totals *t = arg;
	for (uint32_t i = from; i < to; i++) {
		const struct chunk_entry *e = &c->entries[i];
		t->seconds += e->seconds;
		for (uint32_t k = e->first; k < e->first + e->ncells; k++) {
			uint32_t key = c->cells[k].key < t->n ? c->cells[k].key : FRAME_OTHER;
			t->total[key] += c->cells[k].value;
			t->seen[key] += c->ranged ? c->ranges[k].n : e->seconds;
		}
	}
	return 0;
}

static int totals_of(const struct dataset *d, const struct range *r, struct arena *a,
		     struct totals *t, struct err *e)
{
	*t = (struct totals){.n = store_key_ids(d->set)};
	t->total = arena_array(a, int64_t, t->n);
	t->seen = arena_array(a, uint32_t, t->n);
	return store_read(d->set, r->level, r->start, r->end, add_totals, t, e);
}

/* What a key amounts to in the range: a sum, or an average of levels. */
static double total_of(const struct dataset *d, const struct totals *t, uint32_t key)
{
	const struct metric_stat *s = d->metric.stat;
	double v = (double)t->total[key];
	if (d->metric.numeric || d->metric.scheme.type)
		return v;
	if (s->mode == METRIC_LEVEL)
		v = t->seen[key] ? v / t->seen[key] : 0;
	return v * s->scale;
}

struct ranked {
	uint32_t id;
	double total;
};
static int rank_order(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->total != y->total)
		return x->total > y->total ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* Keys that are there in the range, the greatest first. */
static struct ranked *rank(const struct dataset *d, const struct totals *t, struct arena *a,
			   uint32_t *n)
{
	struct ranked *out = arena_array(a, struct ranked, t->n + 1);
	*n = 0;
	for (uint32_t id = FRAME_FIRST_KEY; id < t->n; id++)
		if (t->seen[id])
			out[(*n)++] = (struct ranked){id, total_of(d, t, id)};
	if (*n)
		qsort(out, *n, sizeof(*out), rank_order);
	return out;
}

static bool is_keyed(const struct dataset *d)
{
	return d->metric.kind == METRIC_KEYED || d->metric.kind == METRIC_KEYED_DIST;
}

static bool is_distribution(const struct dataset *d)
{
	return d->metric.kind == METRIC_DIST || d->metric.kind == METRIC_KEYED_DIST;
}

struct hub_keys *hub_keys(struct hub *h, const struct hub_query *q, struct err *e)
{
	struct arena *a = arena_new();
	struct hub_keys *out = NULL;
	struct totals t;
	struct range r;
	uint32_t n;
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, q->dataset, q->scope, e);
	if (d && range_of(d, q, &r, e) == 0 && totals_of(d, &r, a, &t, e) == 0) {
		const struct ranked *keys = rank(d, &t, a, &n);
		uint32_t most = q->top ? q->top : 256;
		out = arena_new_of(a, struct hub_keys);
		out->arena = a;
		out->at = arena_array(a, struct hub_key, n + 1);
		out->other = total_of(d, &t, FRAME_OTHER);
		for (uint32_t i = 0; i < n; i++)
			if (out->n < most)
				out->at[out->n++] = (struct hub_key){
				    keys[i].id, arena_strdup(a, store_key_text(d->set, keys[i].id)),
				    keys[i].total};
			else
				out->other += keys[i].total;
		d->touched = clock_ns();
	}
	pthread_mutex_unlock(&h->lock);
	if (!out)
		arena_free(a);
	return out;
}

void hub_keys_free(struct hub_keys *k)
{
	if (k)
		arena_free(k->arena);
}

/* ---- values ---- */

struct adder {
	const struct dataset *d;
	const struct range *r;
	struct hub_values *out;
	uint32_t *series_of;  /* key id -> index of its series */
	uint32_t nids, other; /* index of "other" */
	uint32_t **seen;      /* [series][point] seconds with the key */
};

static void add_value(struct adder *ad, uint32_t s, uint32_t at, const struct frame_cell *c,
		      const struct chunk_range *g, uint32_t seconds)
{
	struct hub_series *to = &ad->out->series[s];
	uint32_t n = g ? g->n : seconds;
	double lo = g ? (double)g->min : (double)c->value,
	       hi = g ? (double)g->max : (double)c->value;
	to->value[at] = (isnan(to->value[at]) ? 0 : to->value[at]) + (double)c->value;
	to->total += (double)c->value;
	if (to->min) {
		to->min[at] = fmin(to->min[at], lo); /* fmin() and fmax() pass over NAN */
		to->max[at] = fmax(to->max[at], hi);
	}
	ad->seen[s][at] += n;
}

/* Where nobody knows of a part of the step, that part is passed over. */
static void add_whole(const struct adder *ad, uint32_t at, const struct chunk *c,
		      const struct chunk_entry *e)
{
	const struct metric *m = &ad->d->metric;
	double scale = is_distribution(ad->d) ? 1 : m->stat->scale;
	int64_t least, most;
	if (!chunk_whole(e, c->cells + e->first, c->ranged ? c->ranges + e->first : NULL,
			 m->stat->mode == METRIC_RATE || is_distribution(ad->d), &least, &most))
		return;
	ad->out->least[at] = fmin(ad->out->least[at], (double)least * scale);
	ad->out->most[at] = fmax(ad->out->most[at], (double)most * scale);
}

static int add_values(void *arg, const struct chunk *c, uint32_t from, uint32_t to)
{
	struct adder *ad = arg;
	for (uint32_t i = from; i < to; i++) {
		const struct chunk_entry *e = &c->entries[i];
		uint32_t at = range_index(ad->r, e->second);
		ad->out->lost[at] += e->lost;
		ad->out->seconds[at] += e->seconds;
		add_whole(ad, at, c, e);
		for (uint32_t k = e->first; k < e->first + e->ncells; k++) {
			uint32_t id = c->cells[k].key;
			uint32_t s = id < ad->nids ? ad->series_of[id] : ad->other;
			add_value(ad, s, at, &c->cells[k], c->ranged ? &c->ranges[k] : NULL,
				  e->seconds);
		}
	}
	return 0;
}

/* Sums into averages, in the statistic's unit. */
static void finish_series(const struct adder *ad, uint32_t s)
{
	const struct metric *m = &ad->d->metric;
	struct hub_series *to = &ad->out->series[s];
	bool distribution = is_distribution(ad->d);
	bool rate = m->stat->mode == METRIC_RATE || distribution;
	double scale = distribution ? 1 : m->stat->scale;
	uint64_t seen = 0;
	for (uint32_t i = 0; i < ad->out->npoints; i++) {
		uint32_t seconds = ad->out->seconds[i],
			 of = rate || s == ad->other ? seconds : ad->seen[s][i];
		seen += of;
		if (rate && seconds && isnan(to->value[i]))
			to->value[i] = 0;
		if (of)
			to->value[i] = to->value[i] * scale / of;
		if (!to->min)
			continue;
		/* Seconds without the key are seconds of 0, of a rate. */
		if (rate && ad->seen[s][i] < seconds) {
			to->min[i] = fmin(to->min[i], 0);
			to->max[i] = fmax(to->max[i], 0);
		}
		to->min[i] *= scale;
		to->max[i] *= scale;
	}
	to->total = rate ? to->total * scale : seen ? to->total * scale / (double)seen : 0;
}

static double *nans(struct arena *a, uint32_t n)
{
	double *p = arena_array(a, double, n + 1);
	for (uint32_t i = 0; i < n; i++)
		p[i] = NAN;
	return p;
}

static void new_series(struct adder *ad, const char *key)
{
	struct hub_values *v = ad->out;
	struct hub_series *s = &v->series[v->nseries];
	bool ranged = key && !ad->d->metric.scheme.type;
	*s = (struct hub_series){.key = key, .value = nans(v->arena, v->npoints)};
	if (ranged) {
		s->min = nans(v->arena, v->npoints);
		s->max = nans(v->arena, v->npoints);
	}
	ad->seen[v->nseries++] = arena_array(v->arena, uint32_t, v->npoints + 1);
}

/* The series that are wanted: those of keys, and one of all others behind them. */
static int choose_series(struct adder *ad, const struct hub_query *q, struct err *e)
{
	struct arena *a = ad->out->arena;
	struct totals t;
	uint32_t n = q->nkeys, most = q->top ? q->top : 20;
	struct ranked *keys = NULL;
	if (is_keyed(ad->d) && !n) {
		if (totals_of(ad->d, ad->r, a, &t, e) < 0)
			return -1;
		keys = rank(ad->d, &t, a, &n);
		n = n < most ? n : most;
	}
	if (n > HUB_MAX_QUERY_KEYS || (uint64_t)n * ad->r->n > 4u << 20)
		return err_set(e, EINVAL, "%u keys of %u points are too many for one answer", n,
			       ad->r->n);
	ad->out->series = arena_array(a, struct hub_series, n + 2);
	ad->seen = arena_array(a, uint32_t *, n + 2);
	ad->nids = store_key_ids(ad->d->set);
	ad->series_of = arena_array(a, uint32_t, ad->nids);
	if (!is_keyed(ad->d)) {
		new_series(ad, "");
		ad->other = 1; /* there is none, but totals of keys that are not */
		ad->seen[1] = arena_array(a, uint32_t, ad->out->npoints + 1);
		ad->out->series[1].value = nans(a, ad->out->npoints);
		return 0;
	}
	ad->other = n;
	for (uint32_t i = 0; i < ad->nids; i++)
		ad->series_of[i] = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = keys ? keys[i].id : store_key_find(ad->d->set, q->keys[i]);
		if (id >= FRAME_FIRST_KEY)
			ad->series_of[id] = i;
		new_series(ad, arena_strdup(a, keys ? store_key_text(ad->d->set, id) : q->keys[i]));
	}
	new_series(ad, NULL);
	return 0;
}

struct hub_values *values_of(struct dataset *d, const struct hub_query *q, struct arena *a,
			     struct err *e)
{
	struct range r;
	if (range_of(d, q, &r, e) < 0)
		return NULL;
	struct hub_values *out = arena_new_of(a, struct hub_values);
	*out = (struct hub_values){.arena = a,
				   .start = r.start,
				   .step_s = r.step_s,
				   .npoints = r.n,
				   .level_s = hub_level_s[r.level]};
	out->lost = arena_array(a, uint64_t, r.n + 1);
	out->seconds = arena_array(a, uint32_t, r.n + 1);
	out->least = nans(a, r.n);
	out->most = nans(a, r.n);
	struct adder ad = {.d = d, .r = &r, .out = out};
	if (choose_series(&ad, q, e) < 0 ||
	    store_read(d->set, r.level, r.start, r.end, add_values, &ad, e) < 0)
		return NULL;
	bool other = false;
	if (is_keyed(d))
		for (uint32_t i = 0; i < r.n; i++)
			other = other || ad.seen[ad.other][i];
	for (uint32_t i = 0; i < out->nseries; i++)
		finish_series(&ad, i);
	out->nseries -= is_keyed(d) && !other;
	d->touched = clock_ns();
	return out;
}

struct hub_values *hub_values(struct hub *h, const struct hub_query *q, struct err *e)
{
	struct arena *a = arena_new();
	struct hub_values *out = NULL;
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, q->dataset, q->scope, e);
	if (d)
		out = values_of(d, q, a, e);
	pthread_mutex_unlock(&h->lock);
	if (!out)
		arena_free(a);
	return out;
}

void hub_values_free(struct hub_values *v)
{
	if (v)
		arena_free(v->arena);
}

/* ---- the newest ---- */

struct hub_latest *hub_latest(struct hub *h, uint32_t id, const char *scope, struct err *e)
{
	struct arena *a = arena_new();
	struct hub_latest *out = NULL;
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, id, scope, e);
	if (d && !d->frame.second) {
		err_set(e, ENOENT, "there is no second of %s yet", d->metric.canonical);
	} else if (d) {
		uint32_t n = d->frame.ncells;
		out = arena_new_of(a, struct hub_latest);
		*out = (struct hub_latest){a, d->frame, arena_array(a, const char *, n + 1)};
		out->frame.cells = arena_array(a, struct frame_cell, n + 1);
		for (uint32_t i = 0; i < n; i++) {
			const char *text = store_key_text(d->set, d->frame.cells[i].key);
			out->frame.cells[i] = d->frame.cells[i];
			out->keys[i] = text ? arena_strdup(a, text) : NULL;
		}
		d->touched = clock_ns();
	}
	pthread_mutex_unlock(&h->lock);
	if (!out)
		arena_free(a);
	return out;
}

void hub_latest_free(struct hub_latest *l)
{
	if (l)
		arena_free(l->arena);
}
