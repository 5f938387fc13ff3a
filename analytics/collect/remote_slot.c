/*
 * remote_slot.c - events of live streams into one second; see remote_slot.h
 *
 * What another host sends is not to be trusted more than anything else that comes over a network: whatever it is, it is
 * taken as a whole or not at all, and a bucket or a number that there cannot be is not taken.
 */
#include "analytics/collect/remote_slot.h"

#include "analytics/collect/remote.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 1024 };

struct taking {
	struct remote_slot *to;
	const struct metric *m;
	const char *host; /* the key of all; NULL: keys are the host's */
	size_t before;	  /* cells that are others' */
};

static void slot_empty(struct remote_slot *slot)
{
	struct arena *a = slot->arena;
	*slot = (struct remote_slot){.arena = a, .by_text = {.arena = a}};
}

struct remote_slot *remote_slot_new(void)
{
	struct remote_slot *slot = calloc(1, sizeof(*slot));
	if (slot && !(slot->arena = arena_new())) {
		free(slot);
		return NULL;
	}
	if (slot)
		slot_empty(slot);
	return slot;
}

void remote_slot_free(struct remote_slot *slot)
{
	if (slot)
		arena_free(slot->arena);
	free(slot);
}

void remote_slot_clear(struct remote_slot *slot)
{
	arena_free(slot->arena);
	slot->arena = arena_new();
	slot_empty(slot);
}

static int64_t number(double v, double scale)
{
	double n = v / scale;
	return !isfinite(n) || fabs(n) > 9.2e18 ? 0 : (int64_t)llround(n);
}

static uint32_t text_of(struct remote_slot *slot, const char *key)
{
	if (strcmp(key, "other") == 0)
		return REMOTE_OTHER;
	if (!*key || strlen(key) > KEY_BYTES)
		return *key ? REMOTE_OTHER : REMOTE_NO_KEY;
	void **at = map_at(&slot->by_text, key);
	if (!*at) {
		*vec_push(&slot->texts, slot->arena) = arena_strdup(slot->arena, key);
		*at = (void *)(uintptr_t)(slot->texts.n + REMOTE_FIRST - 1);
	}
	return (uint32_t)(uintptr_t)*at;
}

static int put(struct taking *t, const char *key, int32_t bucket, int64_t value)
{
	struct remote_slot *slot = t->to;
	if (slot->cells.n - t->before >= REMOTE_MAX_CELLS)
		return -1;
	*vec_push(&slot->cells, slot->arena) =
	    (struct remote_cell){text_of(slot, t->host ? t->host : key), bucket, value};
	return 0;
}

static int take_values(struct taking *t, json_t *values)
{
	const char *key;
	json_t *v;
	json_object_foreach(values, key, v)
	{
		if (!json_is_number(v) ||
		    put(t, key, FRAME_SCALAR, number(json_number_value(v), t->m->stat->scale)) < 0)
			return -1;
	}
	return 0;
}

/* The bucket that begins there; the first has no beginning. */
static int32_t bucket_of(const struct metric *m, const json_t *from)
{
	if (json_is_null(from))
		return 0;
	return (int32_t)scheme_bucket(&m->scheme,
				      number(json_number_value(from), m->numeric->scale));
}

static int put_cell(struct taking *t, const char *key, const json_t *cells, size_t at,
		    const json_t *count)
{
	const json_t *from = json_array_get(cells, 3 * at);
	if (!json_is_integer(count) || json_integer_value(count) < 0 ||
	    !(json_is_number(from) || json_is_null(from)))
		return -1;
	return put(t, key, bucket_of(t->m, from), json_integer_value(count));
}

static int take_keys(struct taking *t, json_t *keys, const json_t *cells)
{
	const char *key;
	json_t *pairs;
	json_object_foreach(keys, key, pairs)
	{
		for (size_t i = 0; i + 1 < json_array_size(pairs); i += 2) {
			json_int_t at = json_integer_value(json_array_get(pairs, i));
			if (at < 0 ||
			    put_cell(t, key, cells, (size_t)at, json_array_get(pairs, i + 1)) < 0)
				return -1;
		}
	}
	return 0;
}

static int take_cells(struct taking *t, const json_t *event, const json_t *cells)
{
	struct remote_slot *slot = t->to;
	double average = json_number_value(json_object_get(event, "average"));
	json_t *keys = json_object_get(event, "keys");
	int64_t count = 0;
	for (size_t i = 0; 3 * i + 2 < json_array_size(cells); i++) {
		const json_t *n = json_array_get(cells, 3 * i + 2);
		if ((!keys || t->host) && put_cell(t, "", cells, i, n) < 0)
			return -1;
		if (__builtin_add_overflow(count, json_integer_value(n), &count))
			return -1;
	}
	if (keys && !t->host && take_keys(t, keys, cells) < 0)
		return -1;
	int64_t sum = number(average * (double)count, t->m->numeric->scale);
	if (__builtin_add_overflow(slot->count, count, &count) ||
	    __builtin_add_overflow(slot->sum, sum, &sum))
		return -1;
	slot->count = count, slot->sum = sum;
	return 0;
}

static void take_rest(struct remote_slot *to, const json_t *event)
{
	const json_t *cost = json_object_get(event, "cost"),
		     *events = json_object_get(cost, "events_per_s");
	json_int_t lost = json_integer_value(json_object_get(event, "lost"));
	to->lost += lost > 0 ? (uint64_t)lost : 0;
	if (json_is_true(json_object_get(event, "partial")))
		to->flags |= FRAME_PARTIAL;
	if (!json_is_number(events)) {
		to->flags |= FRAME_COST_UNKNOWN;
		return;
	}
	to->run_cnt += (uint64_t)llabs(number(json_number_value(events), 1));
	to->run_ns +=
	    (uint64_t)llabs(number(json_number_value(json_object_get(cost, "cpu_percent")), 1e-7));
}

int64_t remote_time(const char *text)
{
	json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_int_t t = json_integer_value(json_object_get(event, "t"));
	json_decref(event);
	return t > 0 && t < INT32_MAX * 2ll ? t : 0;
}

int remote_take(struct remote_slot *to, const struct metric *m, const char *host, const char *text)
{
	json_t *event = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_t *values = json_object_get(event, "values"), *cells = json_object_get(event, "cells");
	bool by_host = m->key && strcmp(m->key->name, METRIC_HOSTNAME) == 0;
	struct taking t = {to, m, by_host ? host : NULL, to->cells.n};
	int status = -1;
	if (m->numeric && json_is_array(cells))
		status = take_cells(&t, event, cells);
	else if (!m->numeric && json_is_object(values))
		status = take_values(&t, values);
	if (status == 0)
		take_rest(to, event);
	else
		to->cells.n = t.before;
	json_decref(event);
	return status;
}

/* Levels in percent are of a whole that each host has: their average, by key. */
static void average(struct frame *f)
{
	uint32_t kept = 0;
	for (uint32_t i = 0, k; i < f->ncells; i = k) {
		int64_t sum = 0;
		for (k = i; k < f->ncells && f->cells[k].key == f->cells[i].key; k++)
			sum += f->cells[k].value;
		f->cells[kept] = f->cells[i];
		f->cells[kept++].value = sum / (int64_t)(k - i);
	}
	f->ncells = kept;
}

static int by_key(const void *a, const void *b)
{
	const struct frame_cell *x = a, *y = b;
	return x->key < y->key ? -1 : x->key > y->key;
}

int remote_frame(struct remote_slot *slot, const struct metric *m, const struct source_ops *ops,
		 void *arg, struct frame *out)
{
	uint32_t n = (uint32_t)slot->cells.n;
	uint32_t *ids = calloc(slot->texts.n + REMOTE_FIRST, sizeof(*ids));
	struct frame_cell *cells = malloc((n + 1) * sizeof(*cells));
	if (!ids || !cells) {
		free(ids), free(cells);
		return -1;
	}
	ids[REMOTE_NO_KEY] = FRAME_NO_KEY, ids[REMOTE_OTHER] = FRAME_OTHER;
	for (size_t i = 0; i < slot->texts.n; i++)
		ids[i + REMOTE_FIRST] = ops->key(arg, slot->texts.at[i]);
	double total = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct remote_cell *c = &slot->cells.at[i];
		total += fabs((double)c->value);
		cells[i] = (struct frame_cell){ids[c->text], c->bucket, c->value};
	}
	free(ids);
	/* So that no sum of some of them overflows. */
	if (total > 9e18) {
		free(cells);
		return -1;
	}
	*out = (struct frame){.second = slot->second,
			      .flags = slot->flags,
			      .lost = slot->lost,
			      .run_cnt = slot->run_cnt,
			      .run_ns = slot->run_ns,
			      .count = slot->count,
			      .sum = slot->sum,
			      .ncells = n,
			      .cells = cells};
	if (!m->numeric && m->stat->mode == METRIC_LEVEL && strcmp(m->stat->unit, "percent") == 0) {
		qsort(cells, n, sizeof(*cells), by_key);
		average(out);
	}
	return 0;
}
