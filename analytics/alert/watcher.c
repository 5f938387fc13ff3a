/*
 * watcher.c - all thresholds at work
 *
 * A threshold has a spot for each key that it watches and that is not idle; where it watches the whole, one whose
 * key is "". Where it watches every key the spot of "" stands for the dataset: for there being no data.
 */
#include "analytics/alert/watcher.h"
#include "analytics/alert/amount.h"
#include "analytics/alert/reading.h"
#include "analytics/alert/zoneinfo.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct spot {
	char key[256];
	struct watch w;
	struct reading last;
	double worst; /* since it was bad */
	double level; /* of measure unusual: the value itself */
	struct usual usual;
	bool seen; /* in this second */
};

/* What is usual of a key in an hour. */
struct known {
	char key[256];
	struct usual usual;
	/* Where that is of means: the last seconds that had the key, each at its number modulo USUAL_MEAN_S. */
	int64_t since, at[USUAL_MEAN_S];
	double value[USUAL_MEAN_S];
};

struct entry {
	struct threshold t;
	struct alerts_dataset ds;
	struct zoneinfo *zone;
	struct spot *spots;
	size_t n, cap;
	struct known *known; /* in the hour */
	size_t nknown, known_cap;
	int64_t hour;
	unsigned learned; /* in this second */
	int64_t whole;	  /* seconds in a row of which all is known */
	int64_t second;	  /* of the last evaluation */
	bool open;
	char error[256];
};

struct watcher {
	const struct alerts_env *env;
	pthread_mutex_t lock;
	struct entry **entries; /* by id */
	size_t n, cap;
	struct book_event *queue;
	size_t nqueue, queue_cap;
	uint64_t seconds;
	bool full;
};

struct watcher *watcher_new(const struct alerts_env *env, struct err *e)
{
	struct watcher *w = calloc(1, sizeof(*w));
	if (!w) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	w->env = env;
	pthread_mutex_init(&w->lock, NULL);
	return w;
}

static void entry_free(struct entry *x)
{
	if (!x)
		return;
	zoneinfo_free(x->zone);
	free(x->spots);
	free(x->known);
	free(x);
}

void watcher_free(struct watcher *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		entry_free(w->entries[i]);
	free(w->entries);
	free(w->queue);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

/* ---- events ---- */

static void *room(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	size_t more = *cap ? *cap * 2 : 8;
	void *q = realloc(p, more * size);
	if (q)
		*cap = more;
	return q;
}

static bool queue(struct watcher *w, const struct book_event *ev)
{
	struct book_event *q = room(w->queue, w->nqueue, &w->queue_cap, sizeof(*q));
	if (!q)
		return false;
	w->queue = q;
	q[w->nqueue++] = *ev;
	return true;
}

static bool lasts(const struct spot *s)
{
	return s->w.phase == WATCH_ACTIVE || s->w.phase == WATCH_CLEARING;
}

static struct book_event event_of(const struct entry *x, const struct spot *s, unsigned event,
				  int64_t second)
{
	struct book_event ev = {.threshold = x->t.id,
				.second = second,
				.began = s->w.began,
				.event = (enum alert_event)event,
				.absent = s->w.absent,
				.value = s->last.value,
				.worst = s->worst,
				.seen = s->level,
				.usual = s->usual};
	snprintf(ev.key, sizeof(ev.key), "%s", s->key);
	snprintf(ev.unit, sizeof(ev.unit), "%s",
		 x->t.measure == MEASURE_VALUE || x->t.measure == MEASURE_UNUSUAL
		     ? x->ds.unit
		     : x->ds.value_unit);
	return ev;
}

static void close_quietly(struct watcher *w, struct entry *x)
{
	for (size_t i = 0; i < x->n; i++) {
		if (!lasts(&x->spots[i]))
			continue;
		struct book_event ev = event_of(x, &x->spots[i], EVENT_CLEAR, x->spots[i].w.last);
		ev.quietly = true;
		queue(w, &ev);
	}
	x->n = 0;
}

/* ---- thresholds ---- */

static struct entry *find(struct watcher *w, int64_t id)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->entries[i]->t.id == id)
			return w->entries[i];
	return NULL;
}

static bool same_condition(const struct threshold *a, const struct threshold *b)
{
	return strcmp(a->dataset, b->dataset) == 0 && strcmp(a->key, b->key) == 0 &&
	       a->measure == b->measure && a->type == b->type && a->percentile == b->percentile &&
	       a->share_above == b->share_above && a->limit == b->limit &&
	       a->has_clear == b->has_clear && a->clear == b->clear;
}

static struct entry *add(struct watcher *w, struct err *e)
{
	struct entry **all = room(w->entries, w->n, &w->cap, sizeof(*all)),
		     *x = calloc(1, sizeof(*x));
	if (all)
		w->entries = all;
	if (!all || !x) {
		free(x);
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	return all[w->n++] = x;
}

int watcher_set(struct watcher *w, const struct threshold *t, const struct alerts_dataset *ds,
		struct err *e)
{
	struct zoneinfo *zone = zoneinfo_load(t->timezone, e);
	if (!zone)
		return -1;
	pthread_mutex_lock(&w->lock);
	struct entry *x = find(w, t->id);
	if (x && (!same_condition(&x->t, t) || !t->enabled))
		close_quietly(w, x);
	if (x)
		x->nknown = 0;
	if (x || (x = add(w, e))) {
		zoneinfo_free(x->zone);
		x->zone = zone;
		x->t = *t;
		x->ds = *ds;
		x->error[0] = 0;
	} else {
		zoneinfo_free(zone);
	}
	pthread_mutex_unlock(&w->lock);
	return x ? 0 : -1;
}

void watcher_remove(struct watcher *w, int64_t threshold)
{
	pthread_mutex_lock(&w->lock);
	for (size_t i = 0; i < w->n; i++) {
		struct entry *x = w->entries[i];
		if (x->t.id != threshold)
			continue;
		close_quietly(w, x);
		memmove(&w->entries[i], &w->entries[i + 1], (w->n - i - 1) * sizeof(x));
		w->n--;
		entry_free(x);
		break;
	}
	pthread_mutex_unlock(&w->lock);
}

static struct spot *spot_find(struct entry *x, const char *key)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->spots[i].key, key) == 0)
			return &x->spots[i];
	return NULL;
}

static struct spot *spot_add(struct entry *x, const char *key)
{
	if (x->n == WATCHER_KEYS_MAX) {
		snprintf(x->error, sizeof(x->error),
			 "more than %d keys are not well: the others are not watched",
			 WATCHER_KEYS_MAX);
		return NULL;
	}
	struct spot *all = room(x->spots, x->n, &x->cap, sizeof(*all));
	if (!all)
		return NULL;
	x->spots = all;
	struct spot *s = &all[x->n++];
	memset(s, 0, sizeof(*s));
	snprintf(s->key, sizeof(s->key), "%s", key);
	watch_init(&s->w);
	return s;
}

void watcher_restore(struct watcher *w, const struct alert *al, int64_t now)
{
	pthread_mutex_lock(&w->lock);
	struct entry *x = find(w, al->threshold);
	bool fits =
	    x && x->t.enabled && strcmp(x->t.dataset, al->dataset) == 0 && x->t.limit == al->limit;
	struct spot *s = fits ? spot_add(x, al->key) : NULL;
	if (s) {
		watch_restore(&s->w, al->absent, al->began,
			      al->reposted ? al->reposted : al->posted, now);
		s->worst = al->worst;
	} else {
		struct book_event ev = {.threshold = al->threshold,
					.second = now,
					.event = EVENT_CLEAR,
					.quietly = true,
					.worst = al->worst};
		snprintf(ev.key, sizeof(ev.key), "%s", al->key);
		queue(w, &ev);
	}
	pthread_mutex_unlock(&w->lock);
}

/* ---- the second ---- */

struct turn {
	struct watcher *w;
	struct entry *x;
	const struct hub_second *s;
	int64_t second;
	bool every;
};

/* What is usual of a key in this hour; NULL while that is not known. */
static struct known *known_of(const struct turn *u, const char *key)
{
	struct entry *x = u->x;
	if (x->hour != (u->second - 1) / 3600) {
		x->hour = (u->second - 1) / 3600;
		x->nknown = 0;
	}
	for (size_t i = 0; i < x->nknown; i++)
		if (strcmp(x->known[i].key, key) == 0)
			return &x->known[i];
	if (x->nknown == WATCHER_KEYS_MAX || x->learned == WATCHER_LEARN || !u->w->env->usual)
		return NULL;
	struct known *all = room(x->known, x->nknown, &x->known_cap, sizeof(*all));
	if (!all)
		return NULL;
	x->known = all;
	struct known *k = &all[x->nknown];
	memset(k, 0, sizeof(*k));
	snprintf(k->key, sizeof(k->key), "%s", key);
	x->learned++;
	if (u->w->env->usual(u->w->env->ctx, u->s->dataset, key, u->second, &k->usual) < 0)
		return NULL;
	x->nknown++;
	k->since = u->second;
	return k;
}

/* The mean of the last seconds up to this one; NAN until there were so many. A second that has not the key is one of 0. */
static double mean_of(const struct turn *u, struct known *k, double value)
{
	double sum = 0;
	k->at[u->second % USUAL_MEAN_S] = u->second;
	k->value[u->second % USUAL_MEAN_S] = value;
	if (u->second - k->since + 1 < USUAL_MEAN_S || u->x->whole < USUAL_MEAN_S)
		return NAN;
	for (int i = 0; i < USUAL_MEAN_S; i++)
		sum += k->at[i] > u->second - USUAL_MEAN_S ? k->value[i] : 0;
	return sum / USUAL_MEAN_S;
}

/* A second of a key that is known by means, and the mean that ends with it: what was over is no longer unusual. */
static double outside_both(const struct usual *u, double second, double mean)
{
	if ((second > u->high) != (mean > u->high))
		return 0;
	return fmin(usual_outside(u, second), usual_outside(u, mean));
}

/* Of a value how unusual it is; what is lost might lie on either side. *level: what was held against what is usual, which
 * is returned; NULL while that is not known. */
static const struct usual *make_unusual(const struct turn *u, const char *key, struct reading *r,
					double *level)
{
	struct known *k = r->state == READ_VALUE ? known_of(u, key) : NULL;
	*level = r->value;
	if (r->state == READ_ABSENT)
		return NULL;
	if (!k || k->usual.basis == USUAL_UNKNOWN) {
		snprintf(
		    u->x->error, sizeof(u->x->error),
		    "what is usual is not known yet: half of an hour before this one is wanted");
		r->state = READ_QUIET;
		r->partial = true;
		return NULL;
	}
	if (k->usual.mean_s > 1)
		*level = mean_of(u, k, r->value);
	if (r->partial || isnan(*level)) {
		r->state = READ_QUIET;
		r->partial = true;
		return &k->usual;
	}
	r->value = outside_both(&k->usual, r->value, *level);
	return &k->usual;
}

static void step(const struct turn *u, struct spot *s, const struct reading *r, enum look look)
{
	struct entry *x = u->x;
	s->seen = true;
	s->last = *r;
	unsigned event = watch_second(&s->w, &x->t, x->open, u->second, look);
	if (r->state == READ_VALUE && look != LOOK_GOOD) {
		bool first = s->w.phase == WATCH_OK ||
			     (s->w.phase == WATCH_PENDING && s->w.dwell_s <= 1) ||
			     (event == EVENT_POST && x->t.minpost_s <= 1);
		bool worse = x->t.type == TYPE_EXCEEDS ? r->value > s->worst : r->value < s->worst;
		if (first || worse)
			s->worst = r->value;
	}
	if (event) {
		struct book_event ev = event_of(x, s, event, u->second);
		queue(u->w, &ev);
	}
}

/* A key that is well and was has no spot. */
static void take_reading(void *arg, const char *text, const struct reading *raw)
{
	struct reading mine = *raw, *r = &mine;
	const struct turn *u = arg;
	char key[256];
	snprintf(key, sizeof(key), "%s", text);
	amount_clean(key, false);
	bool unusual = u->x->t.measure == MEASURE_UNUSUAL;
	double level = raw->value;
	const struct usual *usual = unusual ? make_unusual(u, key, r, &level) : NULL;
	enum look look = watch_look(&u->x->t, r);
	struct spot *s = spot_find(u->x, key);
	/* What falls below must be known while it is well: when it has gone, nobody names it. */
	bool remember = look == LOOK_BAD || u->x->t.type == TYPE_BELOW || !u->every;
	if (!s && remember)
		s = spot_add(u->x, key);
	if (s && unusual) {
		/* For the text of an alert. */
		s->level = isnan(level) ? raw->value : level;
		s->usual = usual ? *usual : (struct usual){0};
	}
	if (s && !s->seen)
		step(u, s, r, look);
}

static void forget_idle(struct entry *x)
{
	size_t kept = 0;
	for (size_t i = 0; i < x->n; i++)
		if (!watch_idle(&x->spots[i].w, &x->t) || x->t.type == TYPE_BELOW ||
		    !x->spots[i].key[0])
			x->spots[kept++] = x->spots[i];
	x->n = kept;
}

static void dataset_spot(const struct turn *u)
{
	struct reading r = {.state = READ_VALUE};
	struct spot *s = spot_find(u->x, "");
	if (!s)
		s = spot_add(u->x, "");
	if (s && !s->seen)
		step(u, s, &r, LOOK_GOOD);
}

static void evaluate(const struct turn *u)
{
	struct entry *x = u->x;
	struct err e = {0};
	for (size_t i = 0; i < x->n; i++)
		x->spots[i].seen = false;
	x->error[0] = 0;
	x->learned = 0;
	x->whole =
	    u->s && !u->s->frame->lost && !(u->s->frame->flags & (FRAME_PARTIAL | FRAME_DROPS))
		? x->whole + 1
		: 0;
	if (!u->s || reading_each(&x->t, u->s, take_reading, (void *)u, &e) < 0) {
		struct reading none = {.state = READ_ABSENT};
		snprintf(x->error, sizeof(x->error), "%s",
			 u->s ? e.text : "there are no data of the dataset");
		if (!x->n)
			spot_add(x, u->every || !x->t.key[0] ? "" : x->t.key);
		for (size_t i = 0; i < x->n; i++) {
			bool whole = !u->every || !x->spots[i].key[0];
			step(u, &x->spots[i], &none, whole ? LOOK_ABSENT : LOOK_UNKNOWN);
		}
		return;
	}
	if (!u->every)
		return;
	dataset_spot(u);
	struct reading gone = reading_of_missing(&x->t, u->s);
	for (size_t i = 0; i < x->n; i++)
		if (!x->spots[i].seen)
			take_reading((void *)u, x->spots[i].key, &gone);
	forget_idle(x);
}

bool watcher_second(struct watcher *w, int64_t second, const struct hub_second *at, uint32_t n)
{
	pthread_mutex_lock(&w->lock);
	w->full = w->nqueue >= WATCHER_QUEUE_MAX;
	for (size_t i = 0; i < w->n && !w->full; i++) {
		struct turn u = {.w = w, .x = w->entries[i], .second = second};
		if (!u.x->t.enabled)
			continue;
		u.every = strcmp(u.x->t.key, "*") == 0;
		for (uint32_t k = 0; k < n && !u.s; k++)
			if (strcmp(at[k].name, u.x->t.dataset) == 0)
				u.s = &at[k];
		u.x->open = watch_open(&u.x->t, u.x->zone, second);
		u.x->second = second;
		evaluate(&u);
	}
	w->seconds += !w->full;
	bool any = w->nqueue > 0;
	pthread_mutex_unlock(&w->lock);
	return any;
}

struct book_event *watcher_take(struct watcher *w, size_t *n)
{
	pthread_mutex_lock(&w->lock);
	struct book_event *all = w->queue;
	*n = w->nqueue;
	w->queue = NULL;
	w->nqueue = w->queue_cap = 0;
	pthread_mutex_unlock(&w->lock);
	return all;
}

void watcher_put_back(struct watcher *w, struct book_event *events, size_t n)
{
	pthread_mutex_lock(&w->lock);
	struct book_event *all = realloc(events, (n + w->nqueue + 1) * sizeof(*all));
	if (all) {
		if (w->nqueue)
			memcpy(all + n, w->queue, w->nqueue * sizeof(*all));
		free(w->queue);
		w->queue = all;
		w->queue_cap = n + w->nqueue + 1;
		w->nqueue += n;
	} else {
		free(events);
	}
	pthread_mutex_unlock(&w->lock);
}

/* ---- state ---- */

static enum threshold_phase phase_of(const struct spot *s)
{
	switch (s->w.phase) {
	case WATCH_OK:
		return s->last.state == READ_ABSENT ? PHASE_ABSENT : PHASE_OK;
	case WATCH_PENDING:
		return PHASE_PENDING;
	case WATCH_ACTIVE:
		return PHASE_ACTIVE;
	case WATCH_CLEARING:
		return PHASE_CLEARING;
	}
	return PHASE_OK;
}

static int rank(enum threshold_phase p)
{
	static const int ranks[] = {[PHASE_OK] = 0,	  [PHASE_ABSENT] = 1, [PHASE_PENDING] = 2,
				    [PHASE_CLEARING] = 3, [PHASE_ACTIVE] = 4, [PHASE_OFF] = 0};
	return ranks[p];
}

static void fill(const struct entry *x, struct threshold_status *out)
{
	out->second = x->second;
	snprintf(out->error, sizeof(out->error), "%s", x->error);
	for (size_t i = 0; i < x->n; i++) {
		const struct spot *s = &x->spots[i];
		bool value = s->last.state == READ_VALUE && s->w.last &&
			     !(strcmp(x->t.key, "*") == 0 && !s->key[0]);
		bool worse = x->t.type == TYPE_EXCEEDS ? s->last.value > out->value
						       : s->last.value < out->value;
		if (rank(phase_of(s)) > rank(out->phase))
			out->phase = phase_of(s);
		out->active += lasts(s);
		if (value && (!out->known || worse)) {
			out->known = true;
			out->value = s->last.value;
			memcpy(out->key, s->key, sizeof(out->key));
		}
	}
	if (!x->t.enabled || (!x->open && out->phase == PHASE_OK))
		out->phase = PHASE_OFF;
}

int watcher_status(struct watcher *w, int64_t threshold, struct threshold_status *out)
{
	memset(out, 0, sizeof(*out));
	pthread_mutex_lock(&w->lock);
	struct entry *x = find(w, threshold);
	if (x)
		fill(x, out);
	if (x && w->full)
		snprintf(out->error, sizeof(out->error),
			 "alerts cannot be written down: nothing is evaluated until they can");
	pthread_mutex_unlock(&w->lock);
	return x ? 0 : -1;
}

uint64_t watcher_seconds(struct watcher *w)
{
	pthread_mutex_lock(&w->lock);
	uint64_t n = w->seconds;
	pthread_mutex_unlock(&w->lock);
	return n;
}
