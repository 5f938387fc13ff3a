/*
 * metrics.c - /metrics: the newest second of marked datasets as Prometheus reads it (text format 0.0.4)
 *
 * A dataset is named by its statistic, its name is the label `dataset`, a key the label of its field; a
 * distribution is a gauge for each of three percentiles and a count, for its buckets are another's to bound.
 */
#include "analytics/http/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* [a-zA-Z0-9_] of a statistic's name. */
static void metric_name(struct buf *out, const char *stat)
{
	buf_puts(out, "glasshouse_");
	for (; *stat; stat++)
		buf_putc(out, (*stat >= 'a' && *stat <= 'z') || (*stat >= 'A' && *stat <= 'Z') ||
				      (*stat >= '0' && *stat <= '9')
				  ? *stat
				  : '_');
}

static void label(struct buf *out, const char *name, const char *value, bool first)
{
	buf_printf(out, "%s%s=\"", first ? "" : ",", name);
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			buf_putc(out, '\\');
		*value == '\n' ? buf_puts(out, "\\n") : buf_putc(out, *value);
	}
	buf_putc(out, '"');
}

static void number(struct buf *out, double v)
{
	isfinite(v) ? buf_printf(out, " %.15g\n", v) : buf_puts(out, " NaN\n");
}

/* What comes before the lines of a metric; what: its unit. Quantiles are not those of a summary, whose sums only grow. */
static void family(struct buf *out, const struct hub_dataset *d, const char *ending,
		   const char *what)
{
	const char *type = strcmp(ending, "_quantile") == 0 ? "untyped" : "gauge";
	static const char *const parts[] = {"# HELP ", "# TYPE "};
	for (int i = 0; i < 2; i++) {
		buf_puts(out, parts[i]);
		metric_name(out, d->stat);
		buf_puts(out, ending);
		if (i == 0)
			buf_printf(out, " %s of the newest second%s%s.\n", d->stat,
				   *what ? ", " : "", what);
		else
			buf_printf(out, " %s\n", type);
	}
}

static void scalar_lines(struct buf *out, const struct hub_dataset *d, const struct hub_latest *l)
{
	for (uint32_t i = 0; i < l->frame.ncells; i++) {
		metric_name(out, d->stat);
		buf_putc(out, '{');
		label(out, "dataset", d->name, true);
		if (d->kind == METRIC_KEYED)
			label(out, *d->key_field ? d->key_field : "key",
			      l->keys[i] ? l->keys[i] : "other", false);
		buf_putc(out, '}');
		number(out, (double)l->frame.cells[i].value * d->scale);
	}
}

static int by_bucket(const void *a, const void *b)
{
	const struct frame_cell *x = a, *y = b;
	return x->bucket < y->bucket ? -1 : x->bucket > y->bucket;
}

/* The upper bound of the bucket in which the p-th part of the events lies. Cells are sorted by bucket. */
static double percentile(const struct hub_dataset *d, const struct hub_latest *l, int64_t total,
			 double p)
{
	double want = (double)total * p;
	for (uint32_t i = 0; i < l->frame.ncells; i++) {
		int64_t lo, hi;
		want -= (double)l->frame.cells[i].value;
		if (want > 0)
			continue;
		scheme_bounds(&d->scheme, (uint32_t)l->frame.cells[i].bucket, &lo, &hi);
		return (double)(hi == INT64_MAX ? lo : hi) * d->value_scale;
	}
	return NAN;
}

/* Two metrics, in a buffer each. */
static void dist_lines(struct buf *out, struct buf *events, const struct hub_dataset *d,
		       struct hub_latest *l)
{
	static const double parts[] = {0.5, 0.9, 0.99};
	int64_t total = 0;
	if (l->frame.ncells)
		qsort(l->frame.cells, l->frame.ncells, sizeof *l->frame.cells, by_bucket);
	for (uint32_t i = 0; i < l->frame.ncells; i++)
		total += l->frame.cells[i].value;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char text[16];
		snprintf(text, sizeof text, "%g", parts[i]);
		metric_name(out, d->stat);
		buf_puts(out, "_quantile{");
		label(out, "dataset", d->name, true);
		label(out, "quantile", text, false);
		buf_putc(out, '}');
		number(out, percentile(d, l, total, parts[i]));
	}
	metric_name(events, d->stat);
	buf_puts(events, "_events{");
	label(events, "dataset", d->name, true);
	buf_putc(events, '}');
	number(events, (double)total);
}

/* All lines of one metric stand together, after its TYPE: datasets come sorted by statistic and sort. */
static int by_stat(const void *a, const void *b)
{
	const struct hub_dataset *x = a, *y = b;
	int r = strcmp(x->stat, y->stat);
	int dx = x->kind == METRIC_DIST || x->kind == METRIC_KEYED_DIST,
	    dy = y->kind == METRIC_DIST || y->kind == METRIC_KEYED_DIST;
	return r ? r : dx - dy;
}

static void datasets(struct call *c, struct hub_datasets *all)
{
	struct buf *out = &c->out;
	BUF_AUTO quantiles = {0}, events = {0};
	const char *last = "";
	qsort(all->at, all->n, sizeof *all->at, by_stat);
	for (uint32_t i = 0; i < all->n; i++) {
		const struct hub_dataset *d = &all->at[i];
		struct err ignored = {0};
		bool dist = d->kind == METRIC_DIST || d->kind == METRIC_KEYED_DIST;
		struct hub_latest *l = d->exported && d->state == HUB_ACTIVE
					   ? hub_latest(c->h->hub, d->id, c->scope, &ignored)
					   : NULL;
		if (!l)
			continue;
		const char *sort = arena_printf(c->arena, "%s%s", d->stat, dist ? " dist" : "");
		if (strcmp(sort, last) != 0) {
			family(dist ? &quantiles : out, d, dist ? "_quantile" : "",
			       dist ? d->value_unit : d->unit);
			if (dist)
				family(&events, d, "_events", "events");
		}
		last = sort;
		dist ? dist_lines(&quantiles, &events, d, l) : scalar_lines(out, d, l);
		hub_latest_free(l);
	}
	buf_add(out, buf_str(&quantiles), quantiles.n);
	buf_add(out, buf_str(&events), events.n);
}

static void own(struct buf *out, const char *name, const char *type, const char *help, double v)
{
	buf_printf(out, "# HELP glasshouse_%s %s\n# TYPE glasshouse_%s %s\nglasshouse_%s", name,
		   help, name, type, name);
	number(out, v);
}

int metrics(struct call *c)
{
	struct err e = {0};
	struct hub_status s;
	struct hub_datasets *all = hub_dataset_list(c->h->hub, c->scope, &e);
	if (!all)
		return call_fail(c, &e);
	c->content_type = "text/plain; version=0.0.4; charset=utf-8";
	datasets(c, all);
	hub_datasets_free(all);
	if (c->scope)
		return 0;
	hub_status(c->h->hub, &s);
	own(&c->out, "datasets_active", "gauge", "Datasets that are collected.", s.active);
	own(&c->out, "events_lost_total", "counter", "Events that were lost since the start.",
	    (double)s.lost);
	own(&c->out, "memory_bytes", "gauge", "What the newest seconds of all datasets take.",
	    (double)s.memory_bytes);
	own(&c->out, "disk_bytes", "gauge", "What the store takes.", (double)s.disk_bytes);
	own(&c->out, "streams", "gauge", "Live streams that are read.", live_clients(c->h->live));
	own(&c->out, "requests_total", "counter", "Requests that were answered.",
	    (double)atomic_load(&c->h->nrequests));
	return 0;
}
