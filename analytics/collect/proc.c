/*
 * proc.c - from rows of a collector to the values of a dataset
 *
 * Differences are made here, so that collectors only read. Rows are told apart by the texts of their
 * fields. Two samples live in two arenas that take turns.
 */
#include "analytics/collect/proc.h"
#include "analytics/collect/readers.h"

#include "base/buf.h"
#include "base/map.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct sample {
	struct arena *arena;
	struct proc_rows rows;
	struct map by_fields;  /* row of these fields */
	struct proc_row *told; /* as rows, differences in value and of */
};
struct proc_sampler {
	const struct proc_collector *collector;
	struct processes *processes;
	struct sample samples[2];
	unsigned now;
	bool first;
};

const struct proc_collector *proc_find(const struct proc_collector *more, const char *name)
{
	for (const struct proc_collector *c = proc_collectors; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	for (const struct proc_collector *c = more; c && c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

struct proc_sampler *proc_sampler_new(const struct proc_collector *c, struct processes *processes)
{
	struct proc_sampler *s = calloc(1, sizeof(*s));
	if (s)
		*s = (struct proc_sampler){.collector = c, .processes = processes, .first = true};
	return s;
}

void proc_sampler_free(struct proc_sampler *s)
{
	if (!s)
		return;
	arena_free(s->samples[0].arena);
	arena_free(s->samples[1].arena);
	free(s);
}

const char *proc_sampler_error(const struct proc_sampler *s)
{
	const struct sample *now = &s->samples[s->now];
	return now->rows.e.code && !now->rows.rows.n ? now->rows.e.text : "";
}

/* The texts of a row's fields, each with its NUL. */
static void row_key(const struct proc_collector *c, const struct proc_row *r, struct buf *out)
{
	buf_clear(out);
	for (unsigned i = 0; i < PROC_MAX_FIELDS && c->fields[i]; i++)
		buf_add(out, r->fields[i], strlen(r->fields[i]) + 1);
	buf_add(out, &r->entity, sizeof(r->entity));
}

static int64_t grown(int64_t now, int64_t before)
{
	return now >= before ? now - before : now;
}

static void sample_differences(struct proc_sampler *s, struct sample *now,
			       const struct sample *before)
{
	BUF_AUTO key = {0};
	for (size_t i = 0; i < now->rows.rows.n; i++) {
		struct proc_row *r = &now->rows.rows.at[i], *d = &now->told[i];
		row_key(s->collector, r, &key);
		*map_atn(&now->by_fields, key.p, key.n) = r;
		*d = *r;
		const struct proc_row *b =
		    before->arena ? map_getn(&before->by_fields, key.p, key.n) : NULL;
		if (b) {
			d->value = grown(r->value, b->value);
			d->of = grown(r->of, b->of);
		}
	}
}

bool proc_sample(struct proc_sampler *s, bool stepped)
{
	bool first = s->first || (stepped && s->collector->sort != PROC_LEVEL);
	struct sample *before = &s->samples[s->now], *now = &s->samples[!s->now];
	arena_free(now->arena);
	*now = (struct sample){.arena = arena_new()};
	if (!now->arena)
		return false;
	now->rows.arena = now->by_fields.arena = now->arena;
	now->rows.processes = s->processes;
	s->now = !s->now;
	s->collector->read(&now->rows, s->collector->arg);
	now->told = now->rows.rows.at;
	if (s->collector->sort != PROC_LEVEL && now->rows.rows.n) {
		now->told = arena_array(now->arena, struct proc_row, now->rows.rows.n);
		sample_differences(s, now, before);
	}
	s->first = false;
	return !first || s->collector->sort == PROC_LEVEL;
}

/* ---- datasets ---- */

static int field_index(const struct proc_collector *c, const char *name)
{
	for (int i = 0; i < PROC_MAX_FIELDS && c->fields[i]; i++)
		if (strcmp(c->fields[i], name) == 0)
			return i;
	return -1;
}

int proc_check(const struct proc_collector *c, const struct metric *m, struct err *e)
{
	for (size_t i = 0; i < m->stat->fields.n; i++) {
		const struct metric_field *f = &m->stat->fields.at[i];
		if (!f->numeric && field_index(c, f->name) < 0 &&
		    strcmp(f->name, METRIC_HOSTNAME) != 0)
			return err_set(e, EINVAL, "%s: collector %s has no field %s", m->stat->file,
				       c->name, f->name);
	}
	return 0;
}

static bool number_holds(const struct name_predicate *p, double v)
{
	double to = strtod(p->value, NULL);
	switch (p->op) {
	case NAME_EQ:
		return v == to;
	case NAME_NE:
		return v != to;
	case NAME_LT:
		return v < to;
	case NAME_LE:
		return v <= to;
	case NAME_GT:
		return v > to;
	case NAME_GE:
		return v >= to;
	case NAME_RANGE:
		return v >= to && v <= strtod(p->to, NULL);
	case NAME_IN:
		for (unsigned i = 0; i < p->nvalues; i++)
			if (v == strtod(p->values[i], NULL))
				return true;
		return false;
	}
	return false;
}

static bool holds(const struct name_predicate *p, bool text, const char *value)
{
	if (text)
		return p->op == NAME_NE ? strcmp(value, p->value) != 0 : name_allows(p, value);
	return number_holds(p, (double)strtoll(value, NULL, 10));
}

static bool row_chosen(const struct proc_collector *c, const struct metric *m,
		       const struct proc_row *r)
{
	for (unsigned i = 0; i < m->name.npredicates; i++) {
		const struct name_predicate *p = &m->name.predicates[i];
		int field = field_index(c, p->field); /* -1: the numeric one, which is of sums */
		if (field >= 0 &&
		    !holds(p, metric_field_find(m->stat, p->field)->text, r->fields[field]))
			return false;
	}
	return true;
}

/* Do the predicates on the statistic's own values allow this one? */
static bool value_chosen(const struct proc_collector *c, const struct metric *m, int64_t value)
{
	for (unsigned i = 0; i < m->name.npredicates; i++) {
		const struct name_predicate *p = &m->name.predicates[i];
		if (field_index(c, p->field) < 0 &&
		    !number_holds(p, (double)value * metric_field_find(m->stat, p->field)->scale))
			return false;
	}
	return true;
}

/* One sum: of a key, or of a key and entity where entities matter one by one. */
struct group {
	const char *key; /* NULL: scalars */
	int64_t value, of;
	uint32_t entity; /* seen last */
	bool seen;
};

static void group_add(struct group *g, const struct proc_row *r)
{
	g->value += r->value;
	if (!g->seen || g->entity != r->entity)
		g->of += r->of;
	g->entity = r->entity;
	g->seen = true;
}

static int64_t group_value(const struct proc_collector *c, const struct group *g)
{
	if (c->sort != PROC_RATIO)
		return g->value;
	if (g->of <= 0)
		return 0;
	/* No more than the whole: the two are not read in one moment. */
	return g->value < g->of ? (int64_t)((__int128)g->value * 100000 / g->of) : 100000;
}

void proc_walk(const struct proc_sampler *s, const struct metric *m, proc_cell_fn *fn, void *arg)
{
	const struct sample *now = &s->samples[s->now];
	const struct proc_collector *c = s->collector;
	int key = m->key ? field_index(c, m->key->name) : -1;
	bool one_by_one = m->numeric;
	for (unsigned i = 0; i < m->name.npredicates; i++)
		one_by_one = one_by_one || field_index(c, m->name.predicates[i].field) < 0;
	if (!now->arena)
		return;
	struct map groups = {.arena = now->arena};
	BUF_AUTO id = {0};
	for (size_t i = 0; i < now->rows.rows.n; i++) {
		const struct proc_row *r = &now->told[i];
		if (!row_chosen(c, m, r))
			continue;
		buf_clear(&id);
		buf_puts(&id, key >= 0 ? r->fields[key] : "");
		if (one_by_one)
			buf_printf(&id, "%c%u", '\1', r->entity);
		struct group **g = (struct group **)map_atn(&groups, buf_str(&id), id.n);
		if (!*g) {
			*g = arena_new_of(now->arena, struct group);
			(*g)->key = key >= 0 ? r->fields[key] : NULL;
		}
		group_add(*g, r);
	}
	for (size_t i = 0; i < groups.n; i++) {
		const struct group *g = groups.entries[i].value;
		int64_t v = group_value(c, g);
		if (!one_by_one || value_chosen(c, m, v))
			fn(arg, g->key, v);
	}
}
