/*
 * aggs.c - printa() and the aggregations left at the end, in the default layout or by a format
 *
 * In: sorted entries, or rows of several aggregations joined by key. Out: one line for each: keys,
 * then values.
 */
#include "dtrace/output/internal.h"

enum { VALUE_COLUMN = 17 }; /* a blank, 16 digits */

static void print_value_of(struct output *o, const struct agg_entry *e, const struct agg_scale *s)
{
	if (s->hist) {
		quantize_hist(o, e, s);
	} else if (s->pack) {
		quantize_packed(o, e, s);
	} else if (e->agg->func >= AGG_QUANTIZE) {
		quantize_print(o, e);
	} else {
		buf_putc(&o->text, ' ');
		int64_t v = agg_value(e, e->normal);
		if (e->agg->func == AGG_STDDEV)
			text_int(&o->text, (uint64_t)v, false, 'u', 0, 16, 0);
		else
			text_dec(&o->text, v, 16);
	}
}

static const struct agg_entry *with_key(const struct agg_entry *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].key)
			return &row[i];
	return row;
}

/* aggpercpu: below a row what each CPU has of it. */
static void print_cpus(struct output *o, const struct agg_entry *row, size_t n,
		       const struct agg_scale *s)
{
	struct agg_entry e;
	for (uint32_t cpu = 0; cpu < o->ncpu; cpu++) {
		bool any = false;
		for (size_t i = 0; i < n; i++)
			any |= aggs_of_cpu(o->aggs, &row[i], cpu, &e);
		if (!any)
			continue;
		buf_printf(&o->text, "  CPU %-5u", cpu);
		for (size_t i = 0; i < n; i++)
			if (aggs_of_cpu(o->aggs, &row[i], cpu, &e))
				print_value_of(o, &e, s);
			else
				text_fill(&o->text, ' ', VALUE_COLUMN);
		buf_putc(&o->text, '\n');
	}
}

static void print_row(struct output *o, const struct agg_entry *row, size_t n,
		      const struct agg_scale *s)
{
	const struct agg_entry *k = with_key(row, n);
	bool packed = s->hist || s->pack;
	if (packed && o->hist_header != row->agg->id + 1) {
		quantize_header(o, row, s);
		o->hist_header = row->agg->id + 1;
	}
	for (size_t i = 0; k->key && i < k->agg->keys.n; i++) {
		value_key(o, &k->agg->keys.at[i], k->key, packed);
		out_piece_of(
		    o, &(struct piece){.part = ORIGIN_AGGKEY, .entry = k, .key = (uint32_t)i});
	}
	for (size_t i = 0; i < n; i++) {
		print_value_of(o, &row[i], s);
		out_piece_of(o,
			     &(struct piece){.part = ORIGIN_AGGVAL, .entry = &row[i], .keyed = k});
	}
	if (!packed)
		buf_putc(&o->text, '\n');
	if (o->opts->aggpercpu && !packed)
		print_cpus(o, row, n, s);
	out_piece(o, ORIGIN_AGGLAST, k);
}

int output_entry(struct output *o, const struct agg_entry *row, size_t n)
{
	struct agg_scale s = {0};
	if (o->opts->format == OUTPUT_JSON)
		json_aggs(o, row, n);
	else
		print_row(o, row, n, &s);
	return 0;
}

static void run_format(struct output *o, const struct format *f, const struct agg_entry *row,
		       size_t n)
{
	const struct agg_entry *k = with_key(row, n);
	struct printf_args args = {.recs = k->agg->keys.at,
				   .nrecs = k->key ? k->agg->keys.n : 0,
				   .base = k->key,
				   .aggs = row,
				   .naggs = n};
	printf_run(o, f, &args);
	out_piece(o, ORIGIN_AGGLAST, k);
}

/* Rows of n entries each, however they were made. */
static void print_rows(struct output *o, const struct agg_entry *e, size_t rows, size_t n,
		       const struct format *f)
{
	struct agg_scale s = {0};
	if (n == 1)
		quantize_scale(o, e, rows, &s);
	o->hist_header = 0;
	for (size_t i = 0; i < rows; i++, e += n) {
		if (o->opts->format == OUTPUT_JSON)
			json_aggs(o, e, n);
		else if (o->opts->format == OUTPUT_FOLDED)
			folded_aggs(o, e, n);
		else if (f)
			run_format(o, f, e, n);
		else
			print_row(o, e, n, &s);
	}
}

void aggs_print_one(struct output *o, uint32_t id)
{
	size_t n;
	const struct agg_entry *e = aggs_sorted(o->aggs, id, &o->opts->sort, &n);
	print_rows(o, e, n, 1, NULL);
}

int aggs_print(struct output *o, const struct plan_action *a, const struct format *f)
{
	size_t n = 0, ids = a->aggs.n;
	if (!o->aggs || ids == 0)
		return 0;
	const struct agg_entry *e = ids == 1
					? aggs_sorted(o->aggs, a->aggs.at[0], &o->opts->sort, &n)
					: aggs_joined(o->aggs, a->aggs.at, ids, &o->opts->sort, &n);
	if (!f && o->opts->format == OUTPUT_TEXT)
		buf_putc(&o->text, '\n');
	out_piece(o, ORIGIN_OTHER, NULL);
	print_rows(o, e, n, ids, f);
	for (size_t i = 0; n && i < ids; i++)
		aggs_set_printed(o->aggs, a->aggs.at[i]);
	return 0;
}
