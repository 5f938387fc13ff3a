/*
 * api_data.c - the catalogue, datasets, and what they measured
 */
#include "analytics/http/api.h"
#include "analytics/query/usual.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_MAX_S = 30 * 86400, KEYS_MAX = 64, EXPORT_POINTS = 20000, USUAL_RANGE_S = 48 * 3600 };

/* ---- the catalogue ---- */

static void put_field(struct put *j, const struct metric_field *f)
{
	char text[80];
	put_open(j, '{');
	put_kstr(j, "name", f->name);
	put_kstr(j, "title", f->title);
	put_kstr(j, "type", f->numeric ? "numeric" : "discrete");
	put_kstr(j, "unit", f->unit);
	if (f->numeric)
		put_kstr(j, "scheme", scheme_text(&f->scheme, text, sizeof text));
	put_close(j, '}');
}

struct telling {
	struct put *json;
	bool hosts; /* are there others, for who asks? */
};
static void put_stat(void *arg, const struct metric_stat *s)
{
	const struct telling *t = arg;
	struct put *j = t->json;
	put_open(j, '{');
	put_kstr(j, "name", s->name);
	put_kstr(j, "title", s->title);
	put_kstr(j, "group", s->group);
	put_kstr(j, "unit", s->unit);
	put_kstr(j, "mode", metric_mode_text(s->mode));
	put_kstr(j, "source", s->source == METRIC_D ? "d" : "proc");
	put_kstr(j, "stability", s->stability);
	put_kstr(j, "requires", s->requires);
	put_kstr(j, "description", s->description);
	put_key(j, "fields"), put_open(j, '[');
	for (size_t i = 0; i < s->fields.n; i++)
		if (t->hosts || strcmp(s->fields.at[i].name, METRIC_HOSTNAME) != 0)
			put_field(j, &s->fields.at[i]);
	put_close(j, ']');
	put_close(j, '}');
}

static int get_catalogue(struct call *c)
{
	struct telling t = {&c->json, !c->scope && hub_hosts(c->h->hub)};
	put_open(&c->json, '{');
	put_key(&c->json, "statistics"), put_open(&c->json, '[');
	hub_catalogue(c->h->hub, c->scope, put_stat, &t);
	put_close(&c->json, ']');
	put_close(&c->json, '}');
	return 0;
}

/* ---- datasets ---- */

static void put_if_known(struct put *j, const char *name, double v)
{
	put_knum(j, name, v < 0 ? NAN : v);
}

static void put_sizes(struct put *j, const struct hub_dataset *d)
{
	put_key(j, "bytes"), put_open(j, '{');
	put_kint(j, "memory", (int64_t)d->memory_bytes);
	put_kint(j, "disk", (int64_t)d->disk_bytes);
	put_knum(j, "per_s", d->bytes_per_s);
	put_close(j, '}');
	put_kstr(j, "compression", d->compression);
	put_knum(j, "ratio", d->disk_bytes ? (double)d->raw_bytes / (double)d->disk_bytes : NAN);
	put_key(j, "retention"), put_open(j, '{');
	for (int i = 0; i < HUB_LEVELS; i++) {
		static const char *const names[HUB_LEVELS] = {"1", "10", "60", "3600"};
		put_kint(j, names[i], d->retention_s[i]);
	}
	put_close(j, '}');
}

void put_dataset(struct put *j, const struct hub_dataset *d)
{
	char text[80];
	put_open(j, '{');
	put_kint(j, "id", d->id);
	put_kstr(j, "name", d->name);
	put_kstr(j, "stat", d->stat);
	put_kstr(j, "title", d->title);
	put_kstr(j, "kind", metric_kind_text(d->kind));
	put_kstr(j, "mode", metric_mode_text(d->mode));
	put_kstr(j, "unit", d->unit);
	put_kstr(j, "value_unit", d->value_unit);
	put_kstr(j, "key_field", d->key_field);
	put_kstr(j, "numeric_field", d->numeric_field);
	put_kstr(j, "state", hub_state_text(d->state));
	put_kstr(j, "error", d->error && *d->error ? d->error : NULL);
	put_kstr(j, "owner", d->owner);
	put_kbool(j, "saved", d->saved);
	put_kbool(j, "exported", d->exported);
	put_kint(j, "created", d->created);
	put_kint(j, "first", d->first_s);
	put_kint(j, "last", d->last_s);
	put_kstr(j, "scheme",
		 d->scheme.type == SCHEME_NONE ? NULL : scheme_text(&d->scheme, text, sizeof text));
	put_key(j, "cost"), put_open(j, '{');
	put_if_known(j, "ns_per_event", d->ns_per_event);
	put_if_known(j, "events_per_s", d->events_per_s);
	put_if_known(j, "cpu_percent", d->cpu_percent);
	put_close(j, '}');
	put_sizes(j, d);
	put_kint(j, "lost", (int64_t)d->lost);
	put_kint(j, "keys", (int64_t)d->keys);
	put_close(j, '}');
}

/* Finds a dataset by id or name. NULL after call_error(); hub_datasets_free() it. */
static struct hub_datasets *find(struct call *c, const char *text)
{
	struct err e = {0};
	char *end;
	unsigned long id = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;
	bool number = id && id <= UINT32_MAX && !*end;
	struct hub_datasets *d = hub_dataset_find(c->h->hub, number ? (uint32_t)id : 0,
						  number ? NULL : text, c->scope, &e);
	if (!d)
		call_fail(c, &e);
	return d;
}

int dataset_id(struct call *c, const char *text, uint32_t *out)
{
	struct hub_datasets *d = find(c, text);
	if (!d)
		return -1;
	*out = d->at[0].id;
	hub_datasets_free(d);
	return 0;
}

static int get_datasets(struct call *c)
{
	struct err e = {0};
	struct hub_datasets *all = hub_dataset_list(c->h->hub, c->scope, &e);
	if (!all)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_key(&c->json, "datasets"), put_open(&c->json, '[');
	for (uint32_t i = 0; i < all->n; i++)
		put_dataset(&c->json, &all->at[i]);
	put_close(&c->json, ']');
	put_close(&c->json, '}');
	hub_datasets_free(all);
	return 0;
}

static int answer_dataset(struct call *c, const char *which)
{
	struct hub_datasets *d = find(c, which);
	if (!d)
		return -1;
	put_dataset(&c->json, &d->at[0]);
	hub_datasets_free(d);
	return 0;
}

static int get_dataset(struct call *c)
{
	return answer_dataset(c, c->part[0]);
}

static int post_dataset(struct call *c)
{
	struct err e = {0};
	const char *name;
	int saved;
	if (body_text(c, "name", NULL, &name) < 0 || body_bool(c, "saved", &saved) < 0)
		return -1;
	if (!name)
		return call_error(c, 400, "invalid", "Send {\"name\": \"io.ops[disk]\"}.",
				  "\"name\" is missing");
	uint32_t id = hub_dataset_create(c->h->hub, name, c->scope, c->who.name, saved == 1, &e);
	return id ? answer_dataset(c, arena_printf(c->arena, "%u", id)) : call_fail(c, &e);
}

/* "retention": {"1": seconds, "10": .., "60": .., "3600": ..} */
static int set_retention(struct call *c, uint32_t id)
{
	const json_t *keep = json_object_get(c->body, "retention");
	int64_t keep_s[HUB_LEVELS];
	struct err e = {0};
	size_t known = 0;
	if (!keep)
		return 0;
	for (int i = 0; i < HUB_LEVELS; i++) {
		const json_t *v =
		    json_object_get(keep, arena_printf(c->arena, "%u", hub_level_s[i]));
		if (v && (!json_is_integer(v) || json_integer_value(v) < 0))
			return call_error(c, 400, "invalid", "0 keeps it for ever.",
					  "a retention is a number of seconds");
		keep_s[i] = v ? json_integer_value(v) : -1;
		known += v != NULL;
	}
	if (!json_is_object(keep) || json_object_size(keep) != known)
		return call_error(c, 400, "invalid", NULL,
				  "\"retention\" has numbers for periods of 1, 10, 60 and 3600 s");
	return hub_dataset_retention(c->h->hub, id, c->scope, keep_s, &e) < 0 ? call_fail(c, &e)
									      : 0;
}

static int set_state(struct call *c, uint32_t id, const char *state)
{
	struct err e = {0};
	int r;
	if (strcmp(state, "suspended") == 0)
		r = hub_dataset_suspend(c->h->hub, id, c->scope, &e);
	else if (strcmp(state, "active") == 0)
		r = hub_dataset_resume(c->h->hub, id, c->scope, &e);
	else
		return call_error(c, 400, "invalid", NULL,
				  "\"state\" is to be active or suspended");
	return r < 0 ? call_fail(c, &e) : 0;
}

static int patch_dataset(struct call *c)
{
	struct err e = {0};
	const char *state, *compression;
	int saved, exported;
	uint32_t id;
	if (dataset_id(c, c->part[0], &id) < 0 || body_text(c, "state", NULL, &state) < 0 ||
	    body_text(c, "compression", NULL, &compression) < 0 ||
	    body_bool(c, "saved", &saved) < 0 || body_bool(c, "exported", &exported) < 0)
		return -1;
	if (compression && hub_dataset_compression(c->h->hub, id, c->scope, compression, &e) < 0)
		return call_fail(c, &e);
	if (saved >= 0 && hub_dataset_save(c->h->hub, id, c->scope, saved, &e) < 0)
		return call_fail(c, &e);
	if (exported >= 0 && hub_dataset_export(c->h->hub, id, c->scope, exported, &e) < 0)
		return call_fail(c, &e);
	if (set_retention(c, id) < 0 || (state && set_state(c, id, state) < 0))
		return -1;
	return answer_dataset(c, c->part[0]);
}

static int delete_dataset(struct call *c)
{
	struct err e = {0};
	uint32_t id;
	if (dataset_id(c, c->part[0], &id) < 0)
		return -1;
	if (hub_dataset_destroy(c->h->hub, id, c->scope, &e) < 0)
		return call_fail(c, &e);
	c->status = 204;
	return 0;
}

/* ---- values ---- */

/* start, end, step, points, key (several), top: what all queries have. */
static int read_query(struct call *c, struct hub_query *q)
{
	struct err e = {0};
	int64_t now = time(NULL), step, points, top;
	if (dataset_id(c, c->part[0], &q->dataset) < 0)
		return -1;
	q->scope = c->scope;
	if (url_int(&c->url, "end", 1, INT32_MAX * 2ll, now, &q->t1, &e) < 0 ||
	    url_int(&c->url, "start", 0, INT32_MAX * 2ll, q->t1 - 600, &q->t0, &e) < 0 ||
	    url_int(&c->url, "step", 0, STEP_MAX_S, 0, &step, &e) < 0 ||
	    url_int(&c->url, "points", 0, HUB_MAX_POINTS, 0, &points, &e) < 0 ||
	    url_int(&c->url, "top", 0, HUB_MAX_QUERY_KEYS, 0, &top, &e) < 0)
		return call_fail(c, &e);
	q->step_s = (uint32_t)step;
	q->max_points = (uint32_t)points;
	q->top = (uint32_t)top;
	const char **keys = arena_array(c->arena, const char *, c->url.nargs + 1);
	for (unsigned i = 0; i < c->url.nargs; i++)
		if (strcmp(c->url.arg[i].name, "key") == 0)
			keys[q->nkeys++] = c->url.arg[i].value;
	q->keys = keys;
	if (q->t0 >= q->t1)
		return call_error(c, 400, "invalid", NULL, "\"start\" is to be before \"end\"");
	return 0;
}

static void put_nums(struct put *j, const char *name, const double *v, uint32_t n)
{
	put_key(j, name), put_open(j, '[');
	for (uint32_t i = 0; i < n; i++)
		put_num(j, v[i]);
	put_close(j, ']');
}

static void put_lost(struct put *j, const uint64_t *lost, const uint32_t *seconds, uint32_t n)
{
	put_key(j, "lost"), put_open(j, '[');
	for (uint32_t i = 0; i < n; i++)
		put_int(j, (int64_t)lost[i]);
	put_close(j, ']');
	put_key(j, "known"), put_open(j, '[');
	for (uint32_t i = 0; i < n; i++)
		put_int(j, seconds[i]);
	put_close(j, ']');
}

static void put_series(struct put *j, const struct hub_series *s, uint32_t n)
{
	put_open(j, '{');
	put_kstr(j, "key", s->key);
	put_knum(j, "total", s->total);
	put_nums(j, "values", s->value, n);
	if (s->min && s->max) {
		put_nums(j, "min", s->min, n);
		put_nums(j, "max", s->max, n);
	}
	put_close(j, '}');
}

static int get_values(struct call *c)
{
	struct hub_query q = {0};
	struct err e = {0};
	struct put *j = &c->json;
	if (read_query(c, &q) < 0)
		return -1;
	struct hub_values *v = hub_values(c->h->hub, &q, &e);
	if (!v)
		return call_fail(c, &e);
	put_open(j, '{');
	put_kint(j, "start", v->start);
	put_kint(j, "step", v->step_s);
	put_kint(j, "columns", v->npoints);
	put_kint(j, "level", v->level_s);
	put_key(j, "series"), put_open(j, '[');
	const struct hub_series *other = NULL;
	for (uint32_t i = 0; i < v->nseries; i++) {
		if (v->series[i].key)
			put_series(j, &v->series[i], v->npoints);
		else
			other = &v->series[i];
	}
	put_close(j, ']');
	if (other)
		put_nums(j, "other", other->value, v->npoints);
	put_lost(j, v->lost, v->seconds, v->npoints);
	put_close(j, '}');
	hub_values_free(v);
	return 0;
}

/* ---- heat maps ---- */

static void put_columns(struct put *j, const struct hub_heat_cell *cells, uint32_t n,
			uint32_t columns)
{
	put_open(j, '[');
	for (uint32_t col = 0, i = 0; col < columns; col++) {
		put_open(j, '[');
		for (; i < n && cells[i].column == col; i++)
			put_int(j, cells[i].bucket), put_int(j, cells[i].count);
		put_close(j, ']');
	}
	put_close(j, ']');
}

/* A bucket without an end has null there. */
static void put_bound(struct put *j, double v)
{
	fabs(v) > 9.2e18 ? put_null(j) : put_num(j, v);
}

static int read_heatmap_query(struct call *c, struct hub_heatmap_query *q)
{
	struct err e = {0};
	int64_t buckets;
	double *percentiles = arena_array(c->arena, double, c->url.nargs + 1);
	if (read_query(c, &q->q) < 0)
		return -1;
	if (q->q.nkeys > KEYS_MAX || q->q.top > KEYS_MAX)
		return call_error(c, 400, "invalid", NULL, "a heat map shows %d keys at most",
				  KEYS_MAX);
	if (url_double(&c->url, "low", 0, &q->y_lo, &e) < 0 ||
	    url_double(&c->url, "high", 0, &q->y_hi, &e) < 0 ||
	    url_int(&c->url, "buckets", 0, 10000, 0, &buckets, &e) < 0)
		return call_fail(c, &e);
	q->max_buckets = (uint32_t)buckets;
	const char *only = url_arg(&c->url, "only");
	q->only_keys = only && strcmp(only, "keys") == 0;
	for (unsigned i = 0; i < c->url.nargs; i++) {
		if (strcmp(c->url.arg[i].name, "percentile") != 0)
			continue;
		char *end;
		double p = strtod(c->url.arg[i].value, &end);
		if (*end || !(p > 0 && p < 100))
			return call_error(c, 400, "invalid", NULL,
					  "a percentile is between 0 and 100");
		percentiles[q->npercentiles++] = p;
	}
	q->percentiles = percentiles;
	return 0;
}

/* top=N: the keys of the greatest totals in the range. */
static int add_top_keys(struct call *c, struct hub_query *q)
{
	struct err e = {0};
	if (!q->top || q->nkeys)
		return 0;
	struct hub_keys *k = hub_keys(c->h->hub, q, &e);
	if (!k)
		return call_fail(c, &e);
	const char **keys = arena_array(c->arena, const char *, k->n + 1);
	for (uint32_t i = 0; i < k->n; i++)
		keys[i] = arena_strdup(c->arena, k->at[i].text ? k->at[i].text : "");
	q->keys = keys;
	q->nkeys = k->n;
	hub_keys_free(k);
	return 0;
}

static void put_heatmap_keys(struct put *j, const struct hub_heatmap *m)
{
	put_key(j, "keys"), put_open(j, '{');
	for (uint32_t i = 0; i < m->nkeys; i++) {
		put_key(j, m->keys[i].key);
		put_columns(j, m->keys[i].cells, m->keys[i].ncells, m->ncolumns);
	}
	put_close(j, '}');
}

static void put_percentiles(struct call *c, const struct hub_heatmap_query *q,
			    const struct hub_heatmap *m)
{
	struct put *j = &c->json;
	put_key(j, "percentiles"), put_open(j, '{');
	for (uint32_t i = 0; i < q->npercentiles; i++)
		put_nums(j, arena_printf(c->arena, "%g", q->percentiles[i]), m->percentiles[i],
			 m->ncolumns);
	put_close(j, '}');
	if (m->average)
		put_nums(j, "average", m->average, m->ncolumns);
}

static int get_heatmap(struct call *c)
{
	struct hub_heatmap_query q = {0};
	struct err e = {0};
	struct put *j = &c->json;
	if (read_heatmap_query(c, &q) < 0 || add_top_keys(c, &q.q) < 0)
		return -1;
	struct hub_heatmap *m = hub_heatmap(c->h->hub, &q, &e);
	if (!m)
		return call_fail(c, &e);
	put_open(j, '{');
	put_kint(j, "start", m->start);
	put_kint(j, "step", m->step_s);
	put_kint(j, "columns", m->ncolumns);
	put_kint(j, "level", m->level_s);
	put_kint(j, "total", m->total);
	put_kint(j, "below", m->below);
	put_kint(j, "above", m->above);
	put_key(j, "buckets"), put_open(j, '[');
	for (uint32_t i = 0; i < m->nbuckets; i++) {
		put_open(j, '[');
		put_bound(j, m->bounds[i][0]), put_bound(j, m->bounds[i][1]);
		put_close(j, ']');
	}
	put_close(j, ']');
	put_key(j, "cells"), put_columns(j, m->cells, m->ncells, m->ncolumns);
	put_heatmap_keys(j, m);
	put_percentiles(c, &q, m);
	put_lost(j, m->lost, m->seconds, m->ncolumns);
	put_close(j, '}');
	hub_heatmap_free(m);
	return 0;
}

static int get_keys(struct call *c)
{
	struct hub_query q = {0};
	struct err e = {0};
	struct put *j = &c->json;
	if (read_query(c, &q) < 0)
		return -1;
	struct hub_keys *k = hub_keys(c->h->hub, &q, &e);
	if (!k)
		return call_fail(c, &e);
	put_open(j, '{');
	put_key(j, "keys"), put_open(j, '[');
	for (uint32_t i = 0; i < k->n; i++) {
		put_open(j, '{');
		put_kstr(j, "key", k->at[i].text);
		put_knum(j, "total", k->at[i].total);
		put_close(j, '}');
	}
	put_close(j, ']');
	put_knum(j, "other", k->other);
	put_close(j, '}');
	hub_keys_free(k);
	return 0;
}

/* ---- what is usual ---- */

static void put_usual(struct put *j, int64_t hour, const struct usual *u)
{
	bool known = u->basis != USUAL_UNKNOWN;
	put_open(j, '{');
	put_kint(j, "start", hour);
	put_kstr(j, "basis", usual_basis_text(u->basis));
	put_kint(j, "occasions", u->occasions);
	put_kint(j, "mean_s", known ? u->mean_s : 1);
	put_knum(j, "low", known ? u->low : NAN);
	put_knum(j, "high", known ? u->high : NAN);
	put_knum(j, "low_spread", known ? u->low_spread : NAN);
	put_knum(j, "high_spread", known ? u->high_spread : NAN);
	put_close(j, '}');
}

/* Each hour that the range touches. */
static int get_usual(struct call *c)
{
	struct hub_query q = {0};
	struct err e = {0};
	struct usual u;
	if (read_query(c, &q) < 0)
		return -1;
	if (q.nkeys > 1 || q.t1 - q.t0 > USUAL_RANGE_S)
		return call_error(c, 400, "invalid", "Ask for less at once.",
				  "what is usual is told of one key and %d hours at most",
				  USUAL_RANGE_S / 3600);
	put_open(&c->json, '{');
	put_key(&c->json, "hours"), put_open(&c->json, '[');
	for (int64_t hour = q.t0 - q.t0 % 3600; hour < q.t1; hour += 3600) {
		if (hub_usual(c->h->hub, q.dataset, c->scope, q.nkeys ? q.keys[0] : NULL, hour, &u,
			      &e) < 0)
			return call_fail(c, &e);
		put_usual(&c->json, hour, &u);
	}
	put_close(&c->json, ']');
	put_close(&c->json, '}');
	return 0;
}

/* ---- export ---- */

/* A field of CSV: in quotes where it must be, and never the start of a formula. */
static void csv_field(struct buf *out, const char *s)
{
	if (!strpbrk(s, "\",\r\n") && !strchr("=+-@\t", *s)) {
		buf_puts(out, s);
		return;
	}
	buf_putc(out, '"');
	if (*s && strchr("=+-@\t", *s))
		buf_putc(out, '\'');
	for (; *s; s++)
		*s == '"' ? buf_puts(out, "\"\"") : buf_putc(out, *s);
	buf_putc(out, '"');
}

static void csv_number(struct buf *out, double v)
{
	if (isfinite(v))
		buf_printf(out, ",%.15g", v);
	else
		buf_putc(out, ',');
}

static int export_values(struct call *c, const struct hub_query *q)
{
	struct err e = {0};
	struct buf *out = &c->out;
	struct hub_values *v = hub_values(c->h->hub, q, &e);
	if (!v)
		return call_fail(c, &e);
	buf_puts(out, "time");
	for (uint32_t s = 0; s < v->nseries; s++) {
		const char *key = v->series[s].key;
		buf_putc(out, ',');
		csv_field(out, !key ? "other" : *key ? key : "value");
	}
	buf_puts(out, ",lost\n");
	for (uint32_t i = 0; i < v->npoints; i++) {
		buf_printf(out, "%lld", (long long)(v->start + (int64_t)(i + 1) * v->step_s));
		for (uint32_t s = 0; s < v->nseries; s++)
			csv_number(out, v->series[s].value[i]);
		buf_printf(out, ",%llu\n", (unsigned long long)v->lost[i]);
	}
	hub_values_free(v);
	return 0;
}

static int export_heatmap(struct call *c, const struct hub_query *q)
{
	struct hub_heatmap_query hq = {.q = *q};
	struct err e = {0};
	struct buf *out = &c->out;
	struct hub_heatmap *m = hub_heatmap(c->h->hub, &hq, &e);
	if (!m)
		return call_fail(c, &e);
	buf_puts(out, "time,from,to,count\n");
	for (uint32_t i = 0; i < m->ncells; i++) {
		const struct hub_heat_cell *cell = &m->cells[i];
		buf_printf(out, "%lld,%.15g,%.15g,%lld\n",
			   (long long)(m->start + (int64_t)(cell->column + 1) * m->step_s),
			   m->bounds[cell->bucket][0], m->bounds[cell->bucket][1],
			   (long long)cell->count);
	}
	hub_heatmap_free(m);
	return 0;
}

static int get_export(struct call *c)
{
	const char *format = url_arg(&c->url, "format");
	struct hub_query q = {0};
	struct hub_datasets *d = find(c, c->part[0]);
	if (!d)
		return -1;
	bool dist = d->at[0].kind == METRIC_DIST || d->at[0].kind == METRIC_KEYED_DIST;
	hub_datasets_free(d);
	c->file_name = arena_printf(c->arena, "dataset-%.20s.%s",
				    isdigit((unsigned char)*c->part[0]) ? c->part[0] : "export",
				    format && strcmp(format, "json") == 0 ? "json" : "csv");
	if (format && strcmp(format, "json") == 0)
		return dist ? get_heatmap(c) : get_values(c);
	if (format && strcmp(format, "csv") != 0)
		return call_error(c, 400, "invalid", NULL, "\"format\" is csv or json");
	if (read_query(c, &q) < 0)
		return -1;
	if (!q.max_points)
		q.max_points = EXPORT_POINTS;
	c->content_type = "text/csv; charset=utf-8";
	return dist ? export_heatmap(c, &q) : export_values(c, &q);
}

/* ---- a user's own statistics ---- */

static int get_user_stat(struct call *c)
{
	struct err e = {0};
	char *text = hub_user_stat_text(c->h->hub, c->part[0], &e);
	if (!text)
		return call_fail(c, &e);
	put_open(&c->json, '{');
	put_kstr(&c->json, "name", c->part[0]);
	put_kstr(&c->json, "text", text);
	put_close(&c->json, '}');
	free(text);
	return 0;
}

static int put_user_stat(struct call *c)
{
	struct err e = {0};
	const char *text, *title, *unit;
	if (body_text(c, "text", NULL, &text) < 0 || body_text(c, "title", "", &title) < 0 ||
	    body_text(c, "unit", "", &unit) < 0)
		return -1;
	if (!text)
		return call_error(c, 400, "invalid", "It is a D program with one aggregation.",
				  "\"text\" is missing");
	if (hub_user_stat_set(c->h->hub, c->part[0], text, title, unit, &e) < 0)
		return call_fail(c, &e);
	c->status = 204;
	return 0;
}

static int delete_user_stat(struct call *c)
{
	struct err e = {0};
	if (hub_user_stat_remove(c->h->hub, c->part[0], &e) < 0)
		return call_fail(c, &e);
	c->status = 204;
	return 0;
}

const struct route data_routes[] = {
    {"GET", "catalogue", get_catalogue, ROUTE_ANYBODY},
    {"GET", "catalogue/*", get_user_stat, ROUTE_OPERATOR},
    {"PUT", "catalogue/*", put_user_stat, ROUTE_OPERATOR},
    {"DELETE", "catalogue/*", delete_user_stat, ROUTE_OPERATOR},
    {"GET", "datasets", get_datasets, ROUTE_ANYBODY},
    {"POST", "datasets", post_dataset, ROUTE_ANYBODY},
    {"GET", "datasets/*", get_dataset, ROUTE_ANYBODY},
    {"PATCH", "datasets/*", patch_dataset, ROUTE_ANYBODY},
    {"DELETE", "datasets/*", delete_dataset, ROUTE_ANYBODY},
    {"GET", "datasets/*/values", get_values, ROUTE_ANYBODY},
    {"GET", "datasets/*/heatmap", get_heatmap, ROUTE_ANYBODY},
    {"GET", "datasets/*/keys", get_keys, ROUTE_ANYBODY},
    {"GET", "datasets/*/usual", get_usual, ROUTE_ANYBODY},
    {"GET", "datasets/*/export", get_export, ROUTE_ANYBODY},
    {NULL, NULL, NULL, ROUTE_OPEN},
};
