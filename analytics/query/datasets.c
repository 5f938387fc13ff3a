/*
 * datasets.c - what may be asked of datasets, and what is written down of them
 */
#include "analytics/query/hub_state.h"

#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tables ---- */

static const char *const migrations[] = {
    "CREATE TABLE dataset(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, zone TEXT, "
    "owner TEXT NOT NULL,"
    " saved INTEGER NOT NULL, exported INTEGER NOT NULL, suspended INTEGER NOT NULL, codec TEXT "
    "NOT NULL,"
    " created INTEGER NOT NULL, lost INTEGER NOT NULL, keep0 INTEGER NOT NULL, keep1 INTEGER NOT "
    "NULL,"
    " keep2 INTEGER NOT NULL, keep3 INTEGER NOT NULL);"
    "CREATE TABLE user_stat(name TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT, unit TEXT);",
    NULL};

int hub_tables_open(struct hub *h, const char *path, struct err *e)
{
	h->db = db_open(path, "hub", migrations, e);
	return h->db ? 0 : -1;
}

uint32_t hub_next_id(struct hub *h, struct err *e)
{
	sqlite3_stmt *st = db_prepare(
	    h->db, "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'dataset'",
	    e);
	uint32_t id =
	    st && sqlite3_step(st) == SQLITE_ROW ? (uint32_t)sqlite3_column_int64(st, 0) : 0;
	sqlite3_finalize(st);
	return id;
}

int hub_dataset_write(struct hub *h, const struct dataset *d, struct err *e)
{
	char codec[CODEC_TEXT];
	sqlite3_stmt *st = db_prepare(
	    h->db, "INSERT OR REPLACE INTO dataset VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", e);
	if (!st)
		return -1;
	sqlite3_bind_int64(st, 1, d->id);
	sqlite3_bind_text(st, 2, d->metric.canonical, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 3, d->zone, -1, SQLITE_STATIC);
	sqlite3_bind_text(st, 4, d->owner, -1, SQLITE_STATIC);
	sqlite3_bind_int(st, 5, d->saved);
	sqlite3_bind_int(st, 6, d->exported);
	sqlite3_bind_int(st, 7, d->state == HUB_SUSPENDED);
	sqlite3_bind_text(st, 8, codec_text(d->codec, codec), -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 9, d->created);
	sqlite3_bind_int64(st, 10, (int64_t)d->lost);
	for (int i = 0; i < HUB_LEVELS; i++)
		sqlite3_bind_int64(st, 11 + i, d->keep_s[i]);
	int got = sqlite3_step(st);
	int status = got == SQLITE_DONE ? 0 : db_error(h->db, "dataset", e);
	sqlite3_finalize(st);
	return status;
}

int hub_dataset_forget(struct hub *h, uint32_t id, struct err *e)
{
	char sql[80];
	snprintf(sql, sizeof(sql), "DELETE FROM dataset WHERE id = %u", id);
	return db_exec(h->db, sql, e);
}

static void load_row(struct hub *h, sqlite3_stmt *st)
{
	struct err e = {0};
	const char *name = (const char *)sqlite3_column_text(st, 1),
		   *codec = (const char *)sqlite3_column_text(st, 7);
	struct dataset *d =
	    hub_dataset_make(h, (uint32_t)sqlite3_column_int64(st, 0), name ? name : "",
			     (const char *)sqlite3_column_text(st, 3), &e);
	if (!d) {
		/* Its statistic went with a release; its data stay until it is back. */
		fprintf(stderr, "analyticsd: dataset %s is not there: %s\n", name ? name : "",
			e.text);
		return;
	}
	d->saved = sqlite3_column_int(st, 4);
	d->exported = sqlite3_column_int(st, 5);
	d->state = sqlite3_column_int(st, 6) ? HUB_SUSPENDED : HUB_ENABLING;
	d->wanted = d->state == HUB_ENABLING;
	if (codec)
		codec_parse(codec, &d->codec, &e);
	d->created = sqlite3_column_int64(st, 8);
	d->lost = (uint64_t)sqlite3_column_int64(st, 9);
	for (int i = 0; i < HUB_LEVELS; i++)
		d->keep_s[i] = sqlite3_column_int64(st, 10 + i);
	store_set_codec(d->set, d->codec);
	store_set_retention(d->set, d->keep_s);
}

int hub_datasets_load(struct hub *h, struct err *e)
{
	sqlite3_stmt *st = db_prepare(h->db, "SELECT * FROM dataset ORDER BY id", e);
	if (!st)
		return -1;
	while (sqlite3_step(st) == SQLITE_ROW)
		load_row(h, st);
	sqlite3_finalize(st);
	return 0;
}

/* ---- creating ---- */

/* To a tenant, what is of his zones alone. */
static bool visible(const struct dataset *d, const char *scope)
{
	return !d->doomed && scope_covers(scope, d->zone);
}

struct dataset *hub_get(struct hub *h, uint32_t id, const char *scope, struct err *e)
{
	for (struct dataset *d = h->datasets; d; d = d->next)
		if (d->id == id && visible(d, scope))
			return d;
	err_set(e, ENOENT, "there is no dataset %u", id);
	return NULL;
}

static struct dataset *find_name(struct hub *h, const char *canonical)
{
	for (struct dataset *d = h->datasets; d; d = d->next)
		if (!d->doomed && strcmp(d->metric.canonical, canonical) == 0)
			return d;
	return NULL;
}

static int not_his(const char *zone, struct err *e)
{
	return err_set(e, EACCES, "zone %s is not this tenant's: leave zone out", zone);
}

/* Adds the tenant's zones, unless some of them are there. -1 and *e: others are asked for. */
static int narrow(struct name *n, const char *scope, struct arena *a, struct err *e)
{
	bool there = false;
	for (unsigned i = 0; i < n->npredicates; i++) {
		const struct name_predicate *p = &n->predicates[i];
		if (strcmp(p->field, "zone") != 0 || (p->op != NAME_EQ && p->op != NAME_IN))
			continue;
		if (!scope_has(scope, p->value))
			return not_his(p->value, e);
		for (unsigned k = 0; k < p->nvalues; k++)
			if (!scope_has(scope, p->values[k]))
				return not_his(p->values[k], e);
		there = true;
	}
	if (there)
		return 0;
	if (n->npredicates == NAME_MAX_PREDICATES)
		return err_set(e, EINVAL, "too many predicates");
	unsigned nzones;
	const char **zones = scope_zones(scope, a, &nzones);
	n->predicates[n->npredicates++] = name_one_of("zone", zones, nzones);
	return 0;
}

/* The canonical name of what is asked for, a tenant's with its zone; NULL and *e. */
static const char *name_for(struct hub *h, const char *name, const char *scope, struct arena *a,
			    struct err *e)
{
	struct metric m;
	struct name n;
	if (name_parse(name, a, &n, e) < 0)
		return NULL;
	if (scope) {
		if (narrow(&n, scope, a, e) < 0)
			return NULL;
		BUF_AUTO b = {0};
		name_text(&n, &b);
		name = arena_strdup(a, buf_str(&b));
	}
	if (catalogue_resolve(&h->catalogue, name, a, &m, e) < 0) {
		if (scope && e->code == EINVAL && m.stat && !metric_field_find(m.stat, "zone"))
			err_set(e, EACCES, "%s is not told by zone, so a tenant may not see it",
				m.stat->name);
		return NULL;
	}
	if (scope && metric_remote(&m)) {
		err_set(e, EACCES, "other hosts are the operators' to ask");
		return NULL;
	}
	if (scope && !scope_covers(scope, metric_zones(&m, a))) {
		err_set(e, EACCES, "%s: no event is of all these zones", m.canonical);
		return NULL;
	}
	return m.canonical;
}

static uint32_t create(struct hub *h, const char *name, const char *scope, const char *owner,
		       bool saved, struct arena *a, struct err *e)
{
	const char *canonical = name_for(h, name, scope, a, e);
	if (!canonical)
		return 0;
	struct dataset *d = find_name(h, canonical);
	if (d) {
		d->touched = clock_ns();
		if (saved && !d->saved) {
			d->saved = true;
			hub_dataset_write(h, d, e);
		}
		return d->id;
	}
	if (h->ndatasets >= h->max_datasets) {
		err_set(e, ENOSPC, "there are %u datasets already: destroy some first",
			h->ndatasets);
		return 0;
	}
	uint32_t id = hub_next_id(h, e);
	if (!id || !(d = hub_dataset_make(h, id, canonical, owner, e)))
		return 0;
	d->saved = saved;
	d->wanted = true;
	if (hub_dataset_write(h, d, e) < 0) {
		d->doomed = true;
		h->ndatasets--;
		id = 0;
	}
	hub_post(h);
	return id;
}

uint32_t hub_dataset_create(struct hub *h, const char *name, const char *scope, const char *owner,
			    bool saved, struct err *e)
{
	struct arena *a = arena_new();
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return 0;
	}
	pthread_mutex_lock(&h->lock);
	uint32_t id = create(h, name, scope, owner, saved, a, e);
	pthread_mutex_unlock(&h->lock);
	arena_free(a);
	return id;
}

/* ---- telling ---- */

static void describe_cost(const struct dataset *d, struct hub_dataset *out)
{
	const struct frame *f = &d->frame;
	out->ns_per_event = out->events_per_s = out->cpu_percent = -1;
	if (d->state != HUB_ACTIVE || !f->second || f->flags & FRAME_COST_UNKNOWN)
		return;
	out->events_per_s = (double)f->run_cnt;
	out->ns_per_event = f->run_cnt ? (double)f->run_ns / (double)f->run_cnt : 0;
	out->cpu_percent = (double)f->run_ns / 1e7;
}

static void describe_size(const struct dataset *d, struct hub_dataset *out)
{
	struct store_size size;
	store_set_size(d->set, &size);
	out->memory_bytes =
	    size.memory_bytes + d->frame_cap * sizeof(struct frame_cell) + d->arena->total_bytes;
	out->disk_bytes = size.disk_bytes;
	out->raw_bytes = size.raw_bytes;
	out->bytes_per_s =
	    size.disk_seconds ? (double)size.disk_bytes_0 / (double)size.disk_seconds : 0;
	out->lost = d->lost + size.given_up;
}

/* What is wrong with it; a dictionary that is full is not wrong before somebody misses a name. */
static const char *describe_error(const struct dataset *d, struct arena *a)
{
	uint64_t unnamed = store_unnamed(d->set);
	if (*d->error || !unnamed)
		return arena_strdup(a, d->error);
	return arena_printf(a,
			    "it has names for %u keys, and no more before some were not seen for "
			    "two hours: new ones "
			    "were counted as other %llu times; narrow it",
			    store_keys(d->set), (unsigned long long)unnamed);
}

static void describe(const struct dataset *d, struct arena *a, struct hub_dataset *out)
{
	char codec[CODEC_TEXT];
	const struct metric *m = &d->metric;
	const struct metric_stat *s = m->stat;
	*out = (struct hub_dataset){
	    .id = d->id,
	    .name = arena_strdup(a, m->canonical),
	    .owner = arena_strdup(a, d->owner),
	    .error = describe_error(d, a),
	    .compression = arena_strdup(a, codec_text(d->codec, codec)),
	    .stat = s->name,
	    .title = s->title,
	    .unit = s->unit,
	    .value_unit = m->numeric		? m->numeric->unit
			  : *s->unit && s->user ? s->unit
						: "",
	    .key_field = m->key ? m->key->name : "",
	    .numeric_field = m->numeric ? m->numeric->name : "",
	    .kind = m->kind,
	    .mode = s->mode,
	    .state = d->state,
	    .saved = d->saved,
	    .exported = d->exported,
	    .scale = m->numeric ? 1 : s->scale,
	    .value_scale = m->numeric ? m->numeric->scale : 1,
	    .scheme = m->scheme,
	    .created = d->created,
	    .keys = store_keys(d->set),
	};
	int64_t unused;
	store_span(d->set, 0, &out->first_s, &out->last_s);
	for (unsigned i = HUB_LEVELS; i-- > 1;) {
		int64_t first;
		store_span(d->set, i, &first, &unused);
		if (first && first - hub_level_s[i] < out->first_s)
			out->first_s =
			    first - hub_level_s[i] > 0 ? first - hub_level_s[i] + 1 : first;
	}
	if (out->created > out->first_s && out->first_s)
		out->first_s = out->created; /* a period began before the dataset did */
	memcpy(out->retention_s, d->keep_s, sizeof(out->retention_s));
	describe_cost(d, out);
	describe_size(d, out);
}

static struct hub_datasets *results_new(uint32_t room, struct err *e)
{
	struct arena *a = arena_new();
	if (!a) {
		err_set(e, ENOMEM, "out of memory");
		return NULL;
	}
	struct hub_datasets *out = arena_new_of(a, struct hub_datasets);
	*out =
	    (struct hub_datasets){.arena = a, .at = arena_array(a, struct hub_dataset, room + 1)};
	return out;
}

struct hub_datasets *hub_dataset_list(struct hub *h, const char *scope, struct err *e)
{
	pthread_mutex_lock(&h->lock);
	struct hub_datasets *out = results_new(h->ndatasets, e);
	for (struct dataset *d = h->datasets; out && d; d = d->next)
		if (visible(d, scope))
			describe(d, out->arena, &out->at[out->n++]);
	pthread_mutex_unlock(&h->lock);
	return out;
}

struct hub_datasets *hub_dataset_find(struct hub *h, uint32_t id, const char *name,
				      const char *scope, struct err *e)
{
	struct hub_datasets *out = results_new(1, e);
	if (!out)
		return NULL;
	pthread_mutex_lock(&h->lock);
	struct dataset *d = NULL;
	if (id) {
		d = hub_get(h, id, scope, e);
	} else {
		const char *canonical = name_for(h, name, scope, out->arena, e);
		d = canonical ? find_name(h, canonical) : NULL;
		if (canonical && !d)
			err_set(e, ENOENT, "there is no dataset %s", canonical);
	}
	if (d)
		describe(d, out->arena, &out->at[out->n++]);
	pthread_mutex_unlock(&h->lock);
	if (d)
		return out;
	hub_datasets_free(out);
	return NULL;
}

void hub_datasets_free(struct hub_datasets *d)
{
	if (d)
		arena_free(d->arena);
}

/* ---- changing ---- */

enum change { SUSPEND, RESUME, SAVE, UNSAVE, EXPORT, UNEXPORT, DESTROY };

static int apply(struct hub *h, struct dataset *d, enum change what, struct err *e)
{
	switch (what) {
	case SUSPEND:
		d->wanted = false;
		d->state = HUB_SUSPENDED;
		*d->error = '\0';
		break;
	case RESUME:
		if (d->state == HUB_SUSPENDED || d->state == HUB_FAILED)
			d->state = HUB_ENABLING;
		/* What is said of one that is active holds still. */
		if (d->state != HUB_ACTIVE)
			*d->error = '\0';
		d->wanted = true;
		break;
	case SAVE:
	case UNSAVE:
		d->saved = what == SAVE;
		break;
	case EXPORT:
	case UNEXPORT:
		d->exported = what == EXPORT;
		break;
	case DESTROY:
		d->doomed = true;
		h->ndatasets--;
		hub_post(h);
		return hub_dataset_forget(h, d->id, e);
	}
	d->touched = clock_ns();
	hub_post(h);
	return hub_dataset_write(h, d, e);
}

static int change(struct hub *h, uint32_t id, const char *scope, enum change what, struct err *e)
{
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, id, scope, e);
	int status = d ? apply(h, d, what, e) : -1;
	pthread_mutex_unlock(&h->lock);
	return status;
}

int hub_dataset_suspend(struct hub *h, uint32_t id, const char *scope, struct err *e)
{
	return change(h, id, scope, SUSPEND, e);
}
int hub_dataset_resume(struct hub *h, uint32_t id, const char *scope, struct err *e)
{
	return change(h, id, scope, RESUME, e);
}
int hub_dataset_save(struct hub *h, uint32_t id, const char *scope, bool saved, struct err *e)
{
	return change(h, id, scope, saved ? SAVE : UNSAVE, e);
}
int hub_dataset_export(struct hub *h, uint32_t id, const char *scope, bool exported, struct err *e)
{
	return change(h, id, scope, exported ? EXPORT : UNEXPORT, e);
}
int hub_dataset_destroy(struct hub *h, uint32_t id, const char *scope, struct err *e)
{
	return change(h, id, scope, DESTROY, e);
}

int hub_dataset_retention(struct hub *h, uint32_t id, const char *scope,
			  const int64_t keep_s[HUB_LEVELS], struct err *e)
{
	int status = -1;
	for (int i = 0; i < HUB_LEVELS; i++)
		if (keep_s[i] > 0 && keep_s[i] < store_least_retention_s[i])
			return err_set(e, EINVAL,
				       "periods of %u s are kept for %lld s at least: coarser ones "
				       "are made of them",
				       hub_level_s[i], (long long)store_least_retention_s[i]);
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, id, scope, e);
	if (d) {
		for (int i = 0; i < HUB_LEVELS; i++)
			d->keep_s[i] = keep_s[i] < 0 ? d->keep_s[i] : keep_s[i];
		store_set_retention(d->set, d->keep_s);
		status = hub_dataset_write(h, d, e);
	}
	pthread_mutex_unlock(&h->lock);
	return status;
}

int hub_dataset_compression(struct hub *h, uint32_t id, const char *scope, const char *text,
			    struct err *e)
{
	struct codec codec;
	int status = -1;
	if (codec_parse(text, &codec, e) < 0)
		return -1;
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, id, scope, e);
	if (d) {
		d->codec = codec;
		store_set_codec(d->set, codec);
		status = hub_dataset_write(h, d, e);
	}
	pthread_mutex_unlock(&h->lock);
	return status;
}

void hub_dataset_touch(struct hub *h, uint32_t id)
{
	struct err e = {0};
	pthread_mutex_lock(&h->lock);
	struct dataset *d = hub_get(h, id, NULL, &e);
	if (d)
		d->touched = clock_ns();
	pthread_mutex_unlock(&h->lock);
}
