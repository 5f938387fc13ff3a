/*
 * resolve.c - a dataset's name and the catalogue into what is to be measured
 */
#include "analytics/metric/catalogue.h"

#include "base/buf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "syscall, pid, zone" of the fields that there are, for messages. */
static const char *field_list(const struct metric_stat *s, struct arena *a)
{
	const char *list = "";
	for (size_t i = 0; i < s->fields.n; i++)
		list = arena_printf(a, "%s%s%s", list, i ? ", " : "", s->fields.at[i].name);
	return *list ? list : "none";
}

static const struct metric_field *find_field(const struct metric_stat *s, const char *name,
					     struct arena *a, struct err *e)
{
	const struct metric_field *f = metric_field_find(s, name);
	if (!f)
		err_set(e, EINVAL, "%s has no field \"%.80s\"; its fields: %s", s->name, name,
			field_list(s, a));
	return f;
}

static bool is_integer(const char *s)
{
	char *end;
	errno = 0;
	(void)strtoll(s, &end, 10);
	return end > s && !*end && *s != '+' && *s != ' ' && !errno;
}

static int check_predicate(const struct metric_stat *s, const struct name_predicate *p,
			   struct arena *a, struct err *e)
{
	const struct metric_field *f = find_field(s, p->field, a, e);
	if (!f)
		return -1;
	if (f->text) {
		if (p->op != NAME_EQ && p->op != NAME_NE && p->op != NAME_IN)
			return err_set(e, EINVAL, "%s of %s is text: only = and != apply", p->field,
				       s->name);
		return 0;
	}
	if (!is_integer(p->value) || (p->to && !is_integer(p->to)))
		return err_set(e, EINVAL, "%s of %s is a number%s%s: \"%.60s\" is none", p->field,
			       s->name, *f->unit ? " of " : "", f->unit,
			       is_integer(p->value) ? p->to : p->value);
	for (unsigned i = 0; i < p->nvalues; i++)
		if (!is_integer(p->values[i]))
			return err_set(e, EINVAL, "%s of %s is a number%s%s: \"%.60s\" is none",
				       p->field, s->name, *f->unit ? " of " : "", f->unit,
				       p->values[i]);
	if (p->to && strtoll(p->value, NULL, 10) > strtoll(p->to, NULL, 10))
		return err_set(e, EINVAL, "%s=%s..%s: the range is empty", p->field, p->value,
			       p->to);
	return 0;
}

static int take_breakdown(struct metric *m, const char *name, struct arena *a, struct err *e)
{
	const struct metric_field *f = find_field(m->stat, name, a, e);
	if (!f)
		return -1;
	const struct metric_field **to = f->numeric ? &m->numeric : &m->key;
	if (*to)
		return err_set(
		    e, EINVAL,
		    "%s and %s are both %s: break down by one of them, choose of the other "
		    "with [%s=VALUE]",
		    (*to)->name, f->name, f->numeric ? "numbers" : "keys", f->name);
	*to = f;
	return 0;
}

int catalogue_resolve(const struct catalogue *c, const char *text, struct arena *a,
		      struct metric *out, struct err *e)
{
	*out = (struct metric){0};
	if (name_parse(text, a, &out->name, e) < 0)
		return -1;
	out->stat = catalogue_find(c, out->name.stat);
	if (!out->stat)
		return err_set(
		    e, ENOENT,
		    "there is no statistic \"%.80s\"; the catalogue lists those that there are",
		    out->name.stat);
	for (unsigned i = 0; i < out->name.npredicates; i++)
		if (check_predicate(out->stat, &out->name.predicates[i], a, e) < 0)
			return -1;
	for (unsigned i = 0; i < out->name.nbreakdowns; i++)
		if (take_breakdown(out, out->name.breakdowns[i], a, e) < 0)
			return -1;
	unsigned n = 0;
	if (out->key)
		out->name.breakdowns[n++] = out->key->name;
	if (out->numeric)
		out->name.breakdowns[n++] = out->numeric->name;
	BUF_AUTO b = {0};
	name_text(&out->name, &b);
	out->canonical = arena_strdup(a, buf_str(&b));
	out->kind = out->numeric ? (out->key ? METRIC_KEYED_DIST : METRIC_DIST)
				 : (out->key ? METRIC_KEYED : METRIC_SCALAR);
	if (out->numeric)
		out->scheme = out->numeric->scheme;
	if (out->stat->user) {
		out->kind = out->stat->user_kind;
		out->scheme = out->stat->user_scheme;
	}
	return 0;
}

/* ---- other hosts ---- */

bool metric_remote(const struct metric *m)
{
	if (m->key && strcmp(m->key->name, METRIC_HOSTNAME) == 0)
		return true;
	for (unsigned i = 0; i < m->name.npredicates; i++)
		if (strcmp(m->name.predicates[i].field, METRIC_HOSTNAME) == 0)
			return true;
	return false;
}

bool metric_hostname_allowed(const struct metric *m, const char *host)
{
	for (unsigned i = 0; i < m->name.npredicates; i++) {
		const struct name_predicate *p = &m->name.predicates[i];
		if (strcmp(p->field, METRIC_HOSTNAME) != 0)
			continue;
		if (p->op == NAME_NE ? strcmp(p->value, host) == 0
				     : !name_allows(p, host) && !name_allows(p, "*"))
			return false;
	}
	return true;
}

const char *metric_without_hostname(const struct metric *m, struct arena *a)
{
	struct name n = {.stat = m->name.stat};
	BUF_AUTO b = {0};
	for (unsigned i = 0; i < m->name.npredicates; i++)
		if (strcmp(m->name.predicates[i].field, METRIC_HOSTNAME) != 0)
			n.predicates[n.npredicates++] = m->name.predicates[i];
	for (unsigned i = 0; i < m->name.nbreakdowns; i++)
		if (strcmp(m->name.breakdowns[i], METRIC_HOSTNAME) != 0)
			n.breakdowns[n.nbreakdowns++] = m->name.breakdowns[i];
	name_text(&n, &b);
	return arena_strdup(a, buf_str(&b));
}

/* ---- zones ---- */

/* Is it allowed by every predicate that tells zones by name? */
static bool zone_allowed(const struct name *n, const char *zone)
{
	for (unsigned i = 0; i < n->npredicates; i++) {
		const struct name_predicate *p = &n->predicates[i];
		if (strcmp(p->field, "zone") == 0 && (p->op == NAME_EQ || p->op == NAME_IN) &&
		    !name_allows(p, zone))
			return false;
	}
	return true;
}

const char *metric_zones(const struct metric *m, struct arena *a)
{
	const struct name_predicate *first = NULL;
	for (unsigned i = 0; i < m->name.npredicates && !first; i++) {
		const struct name_predicate *p = &m->name.predicates[i];
		if (strcmp(p->field, "zone") == 0 && (p->op == NAME_EQ || p->op == NAME_IN))
			first = p;
	}
	if (!first || metric_remote(m))
		return NULL;
	BUF_AUTO b = {0};
	for (unsigned i = 0; i < (first->nvalues ? first->nvalues : 1); i++) {
		const char *zone = first->nvalues ? first->values[i] : first->value;
		/* A name with a comma would read as two. */
		if (strchr(zone, ',') || !*zone)
			return NULL;
		if (zone_allowed(&m->name, zone))
			buf_printf(&b, "%s%s", b.n ? "," : "", zone);
	}
	return b.n ? arena_strdup(a, buf_str(&b)) : NULL;
}
