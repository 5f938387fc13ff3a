/*
 * alert.c - thresholds and alerts put together: watcher (memory), book (database), courier (threads)
 *
 * Order of locks: the book's, then the watcher's own. The second takes the watcher's only, and so never waits for a disk: what
 * it finds is queued and written down by the courier's thread. Until it is written, an alert is not posted: a process that is
 * killed before finds it again.
 */
#include "analytics/alert/alert.h"
#include "analytics/alert/courier.h"
#include "analytics/alert/template.h"
#include "analytics/alert/watcher.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SUBSCRIBERS = 8 };

struct alerts {
	struct alerts_env env;
	pthread_mutex_t lock; /* of the book */
	struct book *book;
	struct watcher *watcher;
	struct courier *courier, *mail; /* all but mail; mail */
	struct {
		alerts_event_fn *fn;
		void *ctx;
	} subscribers[SUBSCRIBERS];
	atomic_int nsubscribers;
	atomic_ullong posted;
};

static int64_t now_s(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec;
}

static void tell(struct alerts *a, const struct alert *al, unsigned event)
{
	int n = atomic_load(&a->nsubscribers);
	for (int i = 0; i < n; i++)
		a->subscribers[i].fn(a->subscribers[i].ctx, al, (enum alert_event)event);
}

/* In the courier's thread: what the seconds brought is written down. */
static bool write_events(void *arg)
{
	struct alerts *a = arg;
	size_t n, i;
	struct book_event *all = watcher_take(a->watcher, &n);
	for (i = 0; i < n; i++) {
		struct alert al;
		struct err e = {0};
		pthread_mutex_lock(&a->lock);
		int status = book_event(a->book, &all[i], now_s(), &al, &e);
		pthread_mutex_unlock(&a->lock);
		if (status < 0) {
			fprintf(stderr, "analyticsd: alerts: %s\n", e.text);
			break;
		}
		if (status > 0)
			continue;
		if (all[i].event == EVENT_POST)
			atomic_fetch_add(&a->posted, 1);
		tell(a, &al, all[i].event);
	}
	if (i)
		courier_wake(a->mail);
	if (i == n) {
		free(all);
		return true;
	}
	memmove(all, all + i, (n - i) * sizeof(*all));
	watcher_put_back(a->watcher, all, n - i);
	return false;
}

/* ---- life ---- */

static int watch_dataset(const struct alerts *a, struct threshold *t, struct alerts_dataset *ds,
			 struct err *e)
{
	memset(ds, 0, sizeof(*ds));
	snprintf(ds->name, sizeof(ds->name), "%s", t->dataset);
	if (a->env.watch &&
	    a->env.watch(a->env.ctx, t->dataset, t->scope[0] ? t->scope : NULL, ds, e) < 0)
		return -1;
	memcpy(t->dataset, ds->name, sizeof(t->dataset));
	return 0;
}

/* A dataset that cannot be had now does not take the threshold away. */
static int load_one(void *arg, const struct threshold *stored)
{
	struct alerts *a = arg;
	struct threshold *t = malloc(sizeof(*t));
	struct alerts_dataset ds;
	struct err e = {0};
	if (!t)
		return -1;
	*t = *stored;
	if (watch_dataset(a, t, &ds, &e) < 0 || watcher_set(a->watcher, t, &ds, &e) < 0) {
		fprintf(stderr, "analyticsd: threshold %lld (%s): %s\n", (long long)t->id, t->name,
			e.text);
		if (e.code != ENOMEM)
			watcher_set(a->watcher, t, &ds, &e);
	}
	free(t);
	return 0;
}

static int load(struct alerts *a, struct err *e)
{
	size_t n;
	struct alerts_filter lasting = {.lasting = true, .limit = BOOK_ALERTS_MAX};
	if (book_thresholds(a->book, load_one, a, e) < 0)
		return -1;
	struct alert *all = book_alerts(a->book, NULL, &lasting, &n, e);
	if (!all)
		return -1;
	for (size_t i = 0; i < n; i++)
		watcher_restore(a->watcher, &all[i], now_s());
	free(all);
	return 0;
}

struct alerts *alerts_open(const char *database, const char *settings, const struct alerts_env *env,
			   struct err *e)
{
	struct alerts *a = calloc(1, sizeof(*a));
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	a->env = *env;
	pthread_mutex_init(&a->lock, NULL);
	if ((a->watcher = watcher_new(&a->env, e)) && (a->book = book_open(database, now_s(), e)) &&
	    load(a, e) == 0) {
		struct courier_options o = {.book = a->book,
					    .lock = &a->lock,
					    .env = &a->env,
					    .settings = settings,
					    .mail = true,
					    .arg = a};
		a->mail = courier_new(&o, e);
		o.mail = false;
		o.turn = write_events;
		if (a->mail && (a->courier = courier_new(&o, e)))
			return a;
	}
	alerts_close(a);
	return NULL;
}

void alerts_close(struct alerts *a)
{
	if (!a)
		return;
	courier_free(a->courier);
	courier_free(a->mail);
	book_close(a->book);
	watcher_free(a->watcher);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

void alerts_second(void *alerts, int64_t second, const struct hub_second *at, uint32_t n)
{
	struct alerts *a = alerts;
	if (watcher_second(a->watcher, second, at, n))
		courier_wake(a->courier);
}

/* ---- thresholds ---- */

static int in_scope(const char *scope, const char *of, struct err *e, const char *what, int64_t id)
{
	if (scope_covers(scope, of))
		return 0;
	return err_set(e, ENOENT, "there is no %s %lld", what, (long long)id);
}

static int check_templates(const struct threshold *t, struct err *e)
{
	static const char *const params[] = {"subject", "body", "arguments"};
	for (unsigned i = 0; i < t->nactions; i++) {
		for (size_t k = 0; k < sizeof(params) / sizeof(params[0]); k++) {
			const char *text = action_param(&t->action[i], params[k]);
			if (text && template_check(text, e) < 0)
				return err_wrap(e, "%s: %s", t->action[i].kind->name, params[k]);
		}
	}
	return 0;
}

static int put_locked(struct alerts *a, const char *scope, struct threshold *t,
		      const struct alerts_dataset *ds, struct err *e)
{
	if (t->id) {
		struct threshold *old = malloc(sizeof(*old));
		if (!old)
			return err_set(e, ENOMEM, "out of memory");
		int status = book_get(a->book, t->id, old, e);
		if (status == 0)
			status = in_scope(scope, old->scope, e, "threshold", t->id);
		bool moved = status == 0 && strcmp(old->scope, t->scope) != 0;
		free(old);
		if (moved)
			return err_set(e, EINVAL, "a threshold stays in its scope");
		if (status < 0)
			return -1;
	}
	if (book_put(a->book, t, e) < 0)
		return -1;
	return watcher_set(a->watcher, t, ds, e);
}

int alerts_put(struct alerts *a, const char *scope, struct threshold *t, struct err *e)
{
	struct alerts_dataset ds;
	if (scope && t->id) {
		struct threshold *old = malloc(sizeof(*old));
		int status =
		    old ? alerts_get(a, scope, t->id, old, e) : err_set(e, ENOMEM, "out of memory");
		if (status == 0)
			snprintf(t->scope, sizeof(t->scope), "%s", old->scope);
		free(old);
		if (status < 0)
			return -1;
	} else if (scope) {
		snprintf(t->scope, sizeof(t->scope), "%s", scope);
	}
	if (threshold_check(t, e) < 0 || check_templates(t, e) < 0 ||
	    watch_dataset(a, t, &ds, e) < 0)
		return -1;
	pthread_mutex_lock(&a->lock);
	int status = put_locked(a, scope, t, &ds, e);
	pthread_mutex_unlock(&a->lock);
	courier_wake(a->courier);
	return status;
}

int alerts_get(struct alerts *a, const char *scope, int64_t id, struct threshold *t, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	int status = book_get(a->book, id, t, e);
	pthread_mutex_unlock(&a->lock);
	return status < 0 ? -1 : in_scope(scope, t->scope, e, "threshold", id);
}

struct listing {
	const char *scope, *name;
	bool same; /* of this very scope, instead of what it covers */
	struct threshold *at;
	size_t n, cap;
};

static int list_one(void *arg, const struct threshold *t)
{
	struct listing *l = arg;
	if (!(l->same ? strcmp(l->scope, t->scope) == 0 : scope_covers(l->scope, t->scope)) ||
	    (l->name && strcmp(l->name, t->name) != 0))
		return 0;
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 8;
		struct threshold *more = realloc(l->at, cap * sizeof(*more));
		if (!more)
			return -1;
		l->at = more;
		l->cap = cap;
	}
	l->at[l->n++] = *t;
	return 0;
}

static int list(struct alerts *a, struct listing *l, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	int status = book_thresholds(a->book, list_one, l, e);
	pthread_mutex_unlock(&a->lock);
	if (status < 0)
		free(l->at);
	return status;
}

int alerts_find(struct alerts *a, const char *scope, const char *name, struct threshold *t,
		struct err *e)
{
	struct listing l = {.scope = scope ? scope : "", .name = name, .same = true};
	if (list(a, &l, e) < 0)
		return -1;
	if (l.n)
		*t = l.at[0];
	free(l.at);
	return l.n ? 0 : err_set(e, ENOENT, "there is no threshold '%s'", name);
}

struct threshold *alerts_list(struct alerts *a, const char *scope, size_t *n, struct err *e)
{
	struct listing l = {.scope = scope};
	if (list(a, &l, e) < 0)
		return NULL;
	*n = l.n;
	return l.at ? l.at : calloc(1, sizeof(*l.at));
}

int alerts_delete(struct alerts *a, const char *scope, int64_t id, struct err *e)
{
	struct threshold *t = malloc(sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	pthread_mutex_lock(&a->lock);
	int status = book_get(a->book, id, t, e);
	if (status == 0)
		status = in_scope(scope, t->scope, e, "threshold", id);
	if (status == 0)
		status = book_delete(a->book, id, e);
	if (status == 0)
		watcher_remove(a->watcher, id);
	pthread_mutex_unlock(&a->lock);
	free(t);
	courier_wake(a->courier);
	return status;
}

const char *threshold_phase_name(enum threshold_phase phase)
{
	static const char *const names[] = {"ok", "pending", "active", "clearing", "absent", "off"};
	return names[phase];
}

int alerts_status(struct alerts *a, int64_t threshold, struct threshold_status *out)
{
	return watcher_status(a->watcher, threshold, out);
}

int alerts_try(struct alerts *a, const char *scope, int64_t threshold, struct err *e)
{
	struct threshold *t = malloc(sizeof(*t));
	if (!t)
		return err_set(e, ENOMEM, "out of memory");
	pthread_mutex_lock(&a->lock);
	int status = book_get(a->book, threshold, t, e);
	if (status == 0)
		status = in_scope(scope, t->scope, e, "threshold", threshold);
	if (status == 0 && !t->nactions)
		status = err_set(e, EINVAL, "the threshold has no actions");
	if (status == 0)
		status = book_test(a->book, t, now_s(), e);
	pthread_mutex_unlock(&a->lock);
	free(t);
	courier_wake(a->courier);
	courier_wake(a->mail);
	return status;
}

/* ---- the log ---- */

struct alert *alerts_log(struct alerts *a, const char *scope, const struct alerts_filter *f,
			 size_t *n, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	struct alert *all = book_alerts(a->book, scope, f, n, e);
	pthread_mutex_unlock(&a->lock);
	return all;
}

int alerts_acknowledge(struct alerts *a, const char *scope, int64_t alert, const char *who,
		       const char *comment, struct err *e)
{
	struct alert al;
	pthread_mutex_lock(&a->lock);
	int status =
	    book_acknowledge(a->book, scope, alert, who, comment ? comment : "", now_s(), &al, e);
	pthread_mutex_unlock(&a->lock);
	if (status == 0)
		tell(a, &al, 0);
	return status < 0 ? -1 : 0;
}

const char *delivery_state_name(enum delivery_state s)
{
	static const char *const names[] = {"waiting", "trying", "done", "failed"};
	return names[s];
}

struct delivery *alerts_deliveries(struct alerts *a, const char *scope, int64_t alert,
				   unsigned limit, size_t *n, struct err *e)
{
	pthread_mutex_lock(&a->lock);
	struct delivery *all = book_deliveries(a->book, scope, alert, limit, n, e);
	pthread_mutex_unlock(&a->lock);
	return all;
}

void alerts_subscribe(struct alerts *a, alerts_event_fn *fn, void *ctx)
{
	int n = atomic_load(&a->nsubscribers);
	if (n == SUBSCRIBERS)
		return;
	a->subscribers[n].fn = fn;
	a->subscribers[n].ctx = ctx;
	atomic_store(&a->nsubscribers, n + 1);
}

void alerts_counts(struct alerts *a, struct alerts_counts *out)
{
	out->seconds = watcher_seconds(a->watcher);
	out->posted = atomic_load(&a->posted);
	uint64_t done, failed;
	courier_counts(a->courier, &out->done, &out->failed);
	courier_counts(a->mail, &done, &failed);
	out->done += done;
	out->failed += failed;
	pthread_mutex_lock(&a->lock);
	out->waiting = (uint64_t)book_waiting(a->book);
	pthread_mutex_unlock(&a->lock);
}
