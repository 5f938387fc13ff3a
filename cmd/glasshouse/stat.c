/*
 * stat.c - glasshouse stat: what can be measured, and what is: live or of the past, as text
 *
 *	scalar          a line a second with a bar; of the past a line of small columns
 *	by keys         a line a second with the greatest keys; of the past a line for each key
 *	distributions   a heat map: live a line a second (value to the right, logarithmic), of the past time to the right
 */
#include "cmd/glasshouse/glasshouse.h"

#include "analytics/alert/amount.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS_MAX = 32, PER_DECADE = 8, LABEL = 10, HEAT_ROWS = 24 };

struct show {
	struct options *o;
	struct client client;
	enum shades shades;
	int64_t id;
	char name[2048], unit[32], value_unit[32];
	bool distribution, keyed, ours; /* ours: it was not there before */
	long count;			/* seconds to show; 0: no end */
	int64_t last_s;			/* of the past; 0: live */
	const char *keys[KEYS_MAX];
	int nkeys, top;
	double max;    /* the greatest value so far */
	int low, high; /* decades shown; low > high: none yet */
	long shown;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static void put_human(double v, const char *unit, int width, struct buf *out)
{
	BUF_AUTO text = {0};
	if (isnan(v))
		buf_puts(&text, "-");
	else
		amount_human(v, unit, &text);
	buf_printf(out, "%*s", width, buf_str(&text));
}

static void put_clock(int64_t unix_s, struct buf *out)
{
	char text[16];
	struct tm tm;
	time_t t = (time_t)unix_s;
	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_puts(out, text);
}

static void print(struct buf *out)
{
	fwrite(buf_str(out), 1, out->n, stdout);
	fflush(stdout);
}

/* ---- the catalogue ---- */

static int list_statistics(struct options *o)
{
	struct client c;
	struct err e = {0};
	json_t *s, *f, *j = NULL;
	size_t i, k;
	if (client_open(&c, o, &e) == 0) {
		j = client_call(&c, "GET", "catalogue", NULL, &e);
		client_close(&c);
	}
	if (!j)
		return complain(&e);
	if (o->json)
		json_dumpf(j, stdout, JSON_INDENT(2));
	json_array_foreach(o->json ? NULL : json_object_get(j, "statistics"), i, s)
	{
		printf("%-24s %-8s %s\n", member(s, "name"), member(s, "unit"), member(s, "title"));
		printf("%-24s         by", "");
		json_array_foreach(json_object_get(s, "fields"), k, f)
		    printf(" %s", member(f, "name"));
		putchar('\n');
	}
	json_decref(j);
	return E_OK;
}

/* ---- values as they come ---- */

struct entry {
	const char *key;
	double value;
};

static int greater(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	return x->value < y->value ? 1 : x->value > y->value ? -1 : strcmp(x->key, y->key);
}

static bool wanted(const struct show *s, const char *key)
{
	for (int i = 0; i < s->nkeys; i++)
		if (strcmp(s->keys[i], key) == 0)
			return true;
	return !s->nkeys;
}

/* All keys and their sum, the greatest first; a malloc'd array. */
static struct entry *entries(const struct show *s, json_t *values, size_t *n, double *total)
{
	const char *key;
	json_t *v;
	struct entry *all = malloc((json_object_size(values) + 1) * sizeof(*all));
	*n = 0;
	*total = 0;
	json_object_foreach(values, key, v)
	{
		*total += json_number_value(v);
		if (all && wanted(s, key))
			all[(*n)++] = (struct entry){key, json_number_value(v)};
	}
	if (all)
		qsort(all, *n, sizeof(*all), greater);
	return all;
}

static void show_values(struct show *s, const json_t *second, struct buf *out)
{
	size_t n;
	double total;
	struct entry *all = entries(s, json_object_get(second, "values"), &n, &total);
	s->max = total > s->max ? total : s->max;
	put_human(total, s->unit, LABEL + 4, out);
	buf_puts(out, "  ");
	if (!s->keyed)
		chart_bar(s->shades, total, s->max, chart_columns() - 30, out);
	for (size_t i = 0; s->keyed && all && i < n && (int)i < s->top; i++) {
		buf_printf(out, "%s%s ", i ? "  " : "", all[i].key);
		put_human(all[i].value, s->unit, 0, out);
	}
	free(all);
}

/* ---- distributions as they come ---- */

/* The column of a value on the axis: PER_DECADE to a decade, the first for what is below 1. */
static int column_of(const struct show *s, double v)
{
	double place = v < 1 ? 0 : log10(v);
	int column = (int)((place - s->low) * PER_DECADE);
	return column < 0 ? 0 : column;
}

/* The axis grows when something lies outside; then it is drawn again. */
static bool fit_axis(struct show *s, double from, double to)
{
	int low = from < 1 ? 0 : (int)floor(log10(from)), high = to < 1 ? 0 : (int)floor(log10(to));
	if (s->low <= s->high && low >= s->low && high <= s->high)
		return false;
	s->high = s->low > s->high || high > s->high ? high : s->high;
	s->low = s->low > s->high || low < s->low ? low : s->low;
	return true;
}

static void put_axis(const struct show *s, struct buf *out)
{
	buf_printf(out, "%*s", LABEL + 8 + 4, "");
	for (int d = s->low; d <= s->high; d++) {
		BUF_AUTO text = {0};
		buf_putc(&text, '|');
		amount_human(pow(10, d), s->value_unit, &text);
		buf_printf(out, "%-*.*s", PER_DECADE, PER_DECADE, buf_str(&text));
	}
	buf_putc(out, '\n');
}

/* cells: from, to, count, .. */
static double each_cell(const json_t *cells, void (*fn)(void *, double, double, double), void *arg)
{
	double total = 0;
	for (size_t i = 0; i + 2 < json_array_size(cells); i += 3) {
		const json_t *from = json_array_get(cells, i), *to = json_array_get(cells, i + 1);
		double count = json_number_value(json_array_get(cells, i + 2));
		double lo = json_is_null(from) ? 0 : json_number_value(from);
		fn(arg, lo, json_is_null(to) ? lo : json_number_value(to), count);
		total += count;
	}
	return total;
}

struct row {
	struct show *s;
	struct buf *out;
	bool grew;
	double counts[20 * PER_DECADE], max;
};

static void cell_fits(void *arg, double lo, double hi, double count)
{
	struct row *r = arg;
	(void)hi;
	if (count > 0)
		r->grew |= fit_axis(r->s, lo, lo);
}

static void cell_counts(void *arg, double lo, double hi, double count)
{
	struct row *r = arg;
	(void)hi;
	size_t column = (size_t)column_of(r->s, lo);
	if (column >= sizeof(r->counts) / sizeof(r->counts[0]))
		return;
	r->counts[column] += count;
	r->max = r->counts[column] > r->max ? r->counts[column] : r->max;
}

static void show_cells(struct show *s, const json_t *second, int64_t t, struct buf *out)
{
	struct row r = {.s = s, .out = out};
	const json_t *cells = json_object_get(second, "cells");
	double total = each_cell(cells, cell_fits, &r);
	if (total > 0)
		each_cell(cells, cell_counts, &r);
	if (r.grew) {
		buf_clear(out);
		put_axis(s, out);
		put_clock(t, out);
	}
	put_human(total, s->unit, LABEL + 3, out);
	buf_putc(out, ' ');
	for (int i = 0; s->low <= s->high && i < (s->high - s->low + 1) * PER_DECADE; i++)
		chart_cell(s->shades, chart_shade(r.counts[i], r.max), out);
}

static bool show_event(void *arg, const char *event, const char *data)
{
	struct show *s = arg;
	if (interrupted)
		return false;
	if (strcmp(event, "second") != 0)
		return true;
	json_t *j = json_loads(data, 0, NULL);
	if (!j || (int64_t)number(j, "dataset") != s->id) {
		json_decref(j);
		return true;
	}
	BUF_AUTO out = {0};
	int64_t t = (int64_t)number(j, "t");
	if (s->o->json) {
		buf_puts(&out, data);
	} else {
		put_clock(t, &out);
		if (s->distribution)
			show_cells(s, j, t, &out);
		else
			show_values(s, j, &out);
		if (number(j, "lost") > 0)
			buf_printf(&out, "  (%.0f events lost)", number(j, "lost"));
	}
	buf_putc(&out, '\n');
	print(&out);
	json_decref(j);
	return !(s->count && ++s->shown >= s->count);
}

/* ---- the past ---- */

static size_t doubles(const json_t *array, double *out, size_t max)
{
	size_t i;
	json_t *v;
	json_array_foreach(array, i, v)
	{
		if (i == max)
			break;
		out[i] = json_is_number(v) ? json_number_value(v) : NAN;
	}
	return json_array_size(array) < max ? json_array_size(array) : max;
}

static void past_series(const struct show *s, const char *key, const json_t *values, double max)
{
	double v[512], sum = 0;
	size_t n = doubles(values, v, 512), known = 0;
	BUF_AUTO out = {0};
	for (size_t i = 0; i < n; i++)
		if (!isnan(v[i])) {
			sum += v[i];
			known++;
		}
	buf_printf(&out, "%-16.16s ", key);
	chart_line(s->shades, v, n, max, &out);
	put_human(known ? sum / (double)known : NAN, s->unit, LABEL + 4, &out);
	buf_putc(&out, '\n');
	print(&out);
}

static double greatest(const json_t *series)
{
	size_t i, k;
	json_t *x, *v;
	double max = 0;
	json_array_foreach(series, i, x)
	{
		json_array_foreach(json_object_get(x, "values"), k, v)
		{
			if (json_is_number(v) && json_number_value(v) > max)
				max = json_number_value(v);
		}
	}
	return max;
}

static void past_values(const struct show *s, const json_t *j)
{
	size_t i;
	json_t *x;
	double max = greatest(json_object_get(j, "series"));
	BUF_AUTO out = {0};
	put_clock((int64_t)number(j, "start"), &out);
	buf_printf(&out, " and %.0f s, a column is %.0f s; the highest is ",
		   number(j, "columns") * number(j, "step"), number(j, "step"));
	put_human(max, s->unit, 0, &out);
	buf_puts(&out, "; at the end of each line its average\n");
	print(&out);
	json_array_foreach(json_object_get(j, "series"), i, x)
	    past_series(s, member(x, "key"), json_object_get(x, "values"), max);
	if (json_array_size(json_object_get(j, "other")))
		past_series(s, "(others)", json_object_get(j, "other"), max);
}

/* Buckets of the answer are the rows from the top down, its columns the columns. */
static void past_heatmap(const struct show *s, const json_t *j)
{
	json_t *buckets = json_object_get(j, "buckets"), *cells = json_object_get(j, "cells");
	size_t rows = json_array_size(buckets), columns = json_array_size(cells), x, k;
	double *counts = calloc(rows * columns + 1, sizeof(*counts)), max = 0;
	json_t *column;
	json_array_foreach(cells, x, column)
	{
		for (k = 0; k + 1 < json_array_size(column); k += 2) {
			size_t y = (size_t)json_integer_value(json_array_get(column, k));
			double n = json_number_value(json_array_get(column, k + 1));
			if (counts && y < rows)
				counts[y * columns + x] = n;
			max = n > max ? n : max;
		}
	}
	for (size_t y = rows; counts && y-- > 0;) {
		BUF_AUTO out = {0};
		const json_t *from = json_array_get(json_array_get(buckets, y), 0);
		put_human(json_is_number(from) ? json_number_value(from) : 0, s->value_unit, LABEL,
			  &out);
		buf_puts(&out, " ");
		for (x = 0; x < columns; x++)
			chart_cell(s->shades, chart_shade(counts[y * columns + x], max), &out);
		buf_putc(&out, '\n');
		print(&out);
	}
	printf("%*s %.0f events in %.0f s, a column is %.0f s; the darkest is %.0f\n", LABEL, "",
	       number(j, "total"), number(j, "columns") * number(j, "step"), number(j, "step"),
	       max);
	free(counts);
}

static int show_past(struct show *s, struct err *e)
{
	BUF_AUTO path = {0};
	int columns = chart_columns() - (s->distribution ? LABEL + 2 : 34);
	int64_t now = (int64_t)time(NULL), step = (s->last_s + columns - 1) / columns;
	buf_printf(&path, "datasets/%" PRId64 "/%s?start=%" PRId64 "&end=%" PRId64 "&step=%" PRId64,
		   s->id, s->distribution ? "heatmap" : "values", now - s->last_s, now, step);
	if (s->distribution)
		buf_printf(&path, "&buckets=%d", HEAT_ROWS);
	else if (!s->nkeys)
		buf_printf(&path, "&top=%d", s->top);
	for (int i = 0; i < s->nkeys; i++) {
		char *key = client_quote(s->keys[i]);
		buf_printf(&path, "&key=%s", key ? key : "");
		free(key);
	}
	json_t *j = client_call(&s->client, "GET", buf_str(&path), NULL, e);
	if (!j)
		return -1;
	if (s->o->json)
		json_dumpf(j, stdout, JSON_INDENT(2));
	else if (s->distribution)
		past_heatmap(s, j);
	else
		past_values(s, j);
	json_decref(j);
	return 0;
}

/* ---- the dataset ---- */

static int find(struct show *s, const char *name, struct err *e)
{
	char path[4096];
	struct err none = {0};
	char *quoted = client_quote(name);
	snprintf(path, sizeof(path), "datasets/%s", quoted ? quoted : "");
	free(quoted);
	json_t *d = client_call(&s->client, "GET", path, NULL, &none);
	s->ours = !d && none.code == ENOENT;
	if (!d)
		d = client_call(&s->client, "POST", "datasets", json_pack("{ss}", "name", name), e);
	if (!d)
		return -1;
	s->id = (int64_t)number(d, "id");
	s->distribution = strstr(member(d, "kind"), "dist") != NULL;
	s->keyed = strncmp(member(d, "kind"), "keyed", 5) == 0;
	snprintf(s->name, sizeof(s->name), "%s", member(d, "name"));
	snprintf(s->unit, sizeof(s->unit), "%s", member(d, "unit"));
	snprintf(s->value_unit, sizeof(s->value_unit), "%s", member(d, "value_unit"));
	int status = 0;
	if (strcmp(member(d, "state"), "failed") == 0)
		status = err_set(e, EIO, "%s: %s", s->name, member(d, "error"));
	json_decref(d);
	return status;
}

static int show_live(struct show *s, struct err *e)
{
	char path[64];
	struct sigaction a = {.sa_handler = on_signal};
	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
	snprintf(path, sizeof(path), "live?dataset=%" PRId64, s->id);
	int status = client_stream(&s->client, path, show_event, s, e);
	return interrupted ? 0 : status;
}

static int show(struct show *s, const char *name, struct err *e)
{
	char path[64];
	if (find(s, name, e) < 0)
		return -1;
	int status = s->last_s ? show_past(s, e) : show_live(s, e);
	/* What only we looked at costs nobody anything afterwards. */
	snprintf(path, sizeof(path), "datasets/%" PRId64, s->id);
	struct err none = {0};
	if (s->ours)
		json_decref(client_call(&s->client, "DELETE", path, NULL, &none));
	return status;
}

int cmd_stat(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {{"count", required_argument, NULL, 'c'},
					      {"last", required_argument, NULL, 'l'},
					      {"key", required_argument, NULL, 'k'},
					      {"top", required_argument, NULL, 't'},
					      {"json", no_argument, NULL, 'j'},
					      {"plain", no_argument, NULL, 'p'},
					      {0}};
	struct show s = {.o = o, .top = 5, .low = 1, .high = 0};
	struct err e = {0};
	optind = 0;
	for (int ch; (ch = getopt_long(argc, argv, "c:", longs, NULL)) != -1;) {
		if (ch == 'c')
			s.count = atol(optarg);
		else if (ch == 'l' && (amount_seconds(optarg, &s.last_s) < 0 || s.last_s < 1))
			return misused("stat: --last: '%s' is not a time (90s, 10m, 2h)", optarg);
		else if (ch == 'k' && s.nkeys < KEYS_MAX)
			s.keys[s.nkeys++] = optarg;
		else if (ch == 't')
			s.top = atoi(optarg);
		else if (ch == 'j')
			o->json = true;
		else if (ch == 'p')
			o->plain = true;
		else if (ch == '?')
			return misused("stat: [-c COUNT] [--last TIME] [--key KEY].. [--top N] "
				       "[--json] [--plain] NAME");
	}
	if (optind == argc)
		return list_statistics(o);
	if (optind + 1 != argc)
		return misused(
		    "stat: one name is wanted; quote it for the shell: 'io.ops[latency]'");
	s.shades = chart_shades(o);
	if (client_open(&s.client, o, &e) < 0)
		return complain(&e);
	int status = show(&s, argv[optind], &e);
	client_close(&s.client);
	return status < 0 ? complain(&e) : E_OK;
}
