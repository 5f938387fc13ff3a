/*
 * aggregate.c - walks over aggregations in the classic forms
 */
#include "dtrace/compat/compat.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct walk {
	dtrace_hdl_t *h;
	dtrace_aggregate_f *fn;
	void *arg;
	bool failed; /* the handle's error is set */
};

static enum session_walked fail(struct walk *w, int error)
{
	w->failed = true;
	compat_fail(w->h, error);
	return SESSION_WALK_ERROR;
}

static enum session_walked on_entry(void *arg, const struct session_entry *e)
{
	struct walk *w = arg;
	struct relaid *entry = relay_kept(w->h, e);
	if (!entry)
		return fail(w, ENOMEM);
	errno = 0;
	int returned = w->fn(&entry->data, w->arg);
	switch (w->h->closing ? DTRACE_AGGWALK_ABORT : returned) {
	case DTRACE_AGGWALK_NEXT:
		return SESSION_WALK_NEXT;
	case DTRACE_AGGWALK_ABORT:
		return fail(w, EDT_DIRABORT);
	case DTRACE_AGGWALK_CLEAR:
		return SESSION_WALK_CLEAR;
	case DTRACE_AGGWALK_NORMALIZE:
		if (entry->data.dtada_normal == 0)
			return fail(w, EDT_BADNORMAL);
		session_normalize(w->h->s, e->agg->id, entry->data.dtada_normal);
		return SESSION_WALK_NEXT;
	case DTRACE_AGGWALK_DENORMALIZE:
		session_normalize(w->h->s, e->agg->id, 1);
		return SESSION_WALK_NEXT;
	case DTRACE_AGGWALK_REMOVE:
		return SESSION_WALK_REMOVE;
	case DTRACE_AGGWALK_ERROR: /* the caller's own */
		if (errno)
			return fail(w, errno);
		w->failed = true;
		return SESSION_WALK_ERROR;
	default:
		return fail(w, EDT_BADRVAL);
	}
}

/* What a walk hands out is there until the next one begins: callers hold on to it. */
static void begin_walk(dtrace_hdl_t *h)
{
	relay_forget(h);
	h->walks++;
}

static int walk(dtrace_hdl_t *h, const struct session_order *order, dtrace_aggregate_f *fn,
		void *arg)
{
	LOCKED(h);
	struct err e = {0};
	struct walk w = {.h = h, .fn = fn, .arg = arg};
	if (!fn)
		return compat_fail(h, EINVAL);
	begin_walk(h);
	int r = session_walk(h->s, SESSION_ALL_AGGS, order, on_entry, &w, &e);
	h->walks--;
	if (r < 0 && !w.failed)
		compat_fail_with(h, &e, 0);
	return r;
}

#define WALK(name, ...)                                                                            \
	int dtrace_aggregate_walk##name(dtrace_hdl_t *h, dtrace_aggregate_f *fn, void *arg)        \
	{                                                                                          \
		return walk(h, &(struct session_order){__VA_ARGS__}, fn, arg);                     \
	}

WALK(, .by = SESSION_UNSORTED)
WALK(_sorted, .by = SESSION_BY_OPTIONS)
WALK(_keysorted, .by = SESSION_BY_KEY)
WALK(_valsorted, .by = SESSION_BY_VALUE)
WALK(_keyrevsorted, .by = SESSION_BY_KEY, .reverse = true)
WALK(_valrevsorted, .by = SESSION_BY_VALUE, .reverse = true)
WALK(_keyvarsorted, .by = SESSION_BY_KEY, .across = true)
WALK(_valvarsorted, .by = SESSION_BY_VALUE, .across = true)
WALK(_keyvarrevsorted, .by = SESSION_BY_KEY, .reverse = true, .across = true)
WALK(_valvarrevsorted, .by = SESSION_BY_VALUE, .reverse = true, .across = true)

/* ---- several at once ---- */

struct joined {
	dtrace_hdl_t *h;
	dtrace_aggregate_walk_joined_f *fn;
	void *arg;
	const dtrace_aggdata_t **data; /* [0]: the keys; then one for each aggregation */
	int r;
};

static const struct session_entry *with_keys(const struct session_entry *row, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (row[i].nwords)
			return &row[i];
	return row;
}

static int on_row(void *arg, const struct session_entry *row, uint32_t n)
{
	struct joined *j = arg;
	const struct session_entry *key = with_keys(row, n);
	for (uint32_t i = 0; i <= n; i++) {
		struct session_entry e = i ? row[i - 1] : *key;
		e.keys = key->keys;
		const struct relaid *entry = relay_kept(j->h, &e);
		if (!entry)
			return j->r = compat_fail(j->h, ENOMEM);
		j->data[i] = &entry->data;
	}
	int r = j->fn(j->data, (int)n + 1, j->arg);
	if (r != DTRACE_AGGWALK_NEXT || j->h->closing)
		j->r = compat_fail(j->h, r == DTRACE_AGGWALK_ABORT ? EDT_DIRABORT : EDT_BADRVAL);
	return j->r;
}

int dtrace_aggregate_walk_joined(dtrace_hdl_t *h, dtrace_aggvarid_t *varids, int n,
				 dtrace_aggregate_walk_joined_f *fn, void *arg)
{
	LOCKED(h);
	struct err e = {0};
	if (n <= 0 || !varids || !fn)
		return compat_fail(h, EINVAL);
	struct joined j = {.h = h, .fn = fn, .arg = arg};
	uint32_t *ids = calloc((size_t)n, sizeof(*ids));
	j.data = calloc((size_t)n + 1, sizeof(*j.data));
	int r = ids && j.data ? 0 : compat_fail(h, ENOMEM);
	for (int i = 0; r == 0 && i < n; i++) {
		ids[i] = (uint32_t)(varids[i] - 1);
		if (varids[i] < 1 || varids[i] > session_naggs(h->s))
			r = compat_fail(h, EDT_BADAGGVAR);
	}
	begin_walk(h);
	if (r == 0 && session_walk_joined(h->s, ids, (uint32_t)n, on_row, &j, &e) < 0)
		r = compat_fail_with(h, &e, 0);
	h->walks--;
	free(ids);
	free(j.data);
	return r < 0 || j.r < 0 ? -1 : 0;
}

/* ---- snapshot, clear, print ---- */

int dtrace_aggregate_snap(dtrace_hdl_t *h)
{
	LOCKED(h);
	struct err e = {0};
	compat_tend(h);
	relay_forget(h);
	return session_snapshot(h->s, &e) < 0 ? compat_fail_with(h, &e, 0) : 0;
}

void dtrace_aggregate_clear(dtrace_hdl_t *h)
{
	LOCKED(h);
	for (uint32_t i = 0; i < session_naggs(h->s); i++)
		session_clear(h->s, i);
}

/* Entries come from a walk of this file, so what a callback is handed is part of a struct relaid. */
static int print_entry(const dtrace_aggdata_t *data, void *arg)
{
	dtrace_hdl_t *h = arg;
	const struct relaid *r =
	    (const struct relaid *)(const void *)((const char *)data -
						  offsetof(struct relaid, data));
	struct session_entry e = {
	    .agg = session_agg(h->s, (uint32_t)data->dtada_desc->dtagd_varid - 1),
	    .index = r->index};
	if (e.agg && !(data->dtada_desc->dtagd_flags & DTRACE_AGD_PRINTED))
		session_print_entry(h->s, &e);
	return DTRACE_AGGWALK_NEXT;
}

int dtrace_aggregate_print(dtrace_hdl_t *h, FILE *fp, dtrace_aggregate_walk_f *fn)
{
	LOCKED(h);
	struct work before = h->work; /* of a callback's call */
	h->work.fp = fp;
	h->work.record = NULL;
	h->work.recdesc = NULL;
	h->err = 0;
	int r = fn ? fn(h, print_entry, h) : session_print_aggs(h->s);
	before.home_fd = h->work.home_fd;
	h->work = before;
	return r < 0 && !h->err ? compat_fail(h, errno ? errno : EIO) : r;
}
