/*
 * quantize.c - the drawings of quantize(), lquantize() and llquantize(), and the agghist and
 * aggpack displays
 *
 * In: cells of buckets. Out: the classic picture: a header, one line per bucket from one before the
 * first used to one after the last, bars of 40 columns (20 on either side of an axis when counts of
 * both signs occur).
 */
#include "dtrace/output/internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BAR = 40 };
static const char dist_title[] = "------------- Distribution -------------";

static long double magnitude(int64_t v)
{
	return v < 0 ? -(long double)v : (long double)v;
}

/* aggzoom: the largest bar takes 95 % of the width instead of the sum taking all of it. */
static void add_total(const struct output *o, int64_t v, long double *total)
{
	long double m = magnitude(v);
	if (!o->opts->aggzoom)
		*total += m;
	else if (*total < m / 0.95L)
		*total = m / 0.95L;
}

static int64_t scaled(int64_t v, uint64_t normal)
{
	int64_t n = (int64_t)(normal ? normal : 1);
	return n == -1 ? (int64_t) - (uint64_t)v : v / n;
}

static void bar_line(struct output *o, int64_t v, uint64_t normal, const struct agg_scale *s)
{
	struct buf *b = &o->text;
	int half = s->positives && s->negatives ? BAR / 2 : BAR;
	unsigned depth = 0, len = (unsigned)half;
	if (s->total > 0)
		depth = (unsigned)(magnitude(v) * half / s->total + 0.5L);
	if (depth > len)
		depth = len;
	bool left = s->negatives && (!s->positives || v <= 0);
	if (left) {
		text_fill(b, ' ', len - depth);
		text_fill(b, '@', depth);
		buf_putc(b, '|');
		if (s->positives)
			text_fill(b, ' ', len);
	} else {
		if (s->negatives)
			text_fill(b, ' ', len);
		buf_putc(b, '|');
		text_fill(b, '@', depth);
		text_fill(b, ' ', len - depth);
	}
	buf_putc(b, ' ');
	text_dec(b, scaled(v, normal), -9);
	buf_putc(b, '\n');
}

static void title(struct output *o, int width)
{
	buf_printf(&o->text, "\n%*s %41s %-9s\n", width ? width : 16, width ? "key" : "value",
		   dist_title, "count");
}

/* ---- bucket bounds ---- */

unsigned quantize_buckets(const struct plan_agg *a)
{
	switch (a->func) {
	case AGG_QUANTIZE:
		return AGG_QUANTIZE_BUCKETS;
	case AGG_LQUANTIZE:
		return agg_lquantize_levels(a) + 2;
	case AGG_LLQUANTIZE:
		return agg_llquantize_buckets(a);
	default:
		return 0;
	}
}

static int64_t at_most(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

static void ll_bounds(const struct plan_agg *a, unsigned i, int64_t *min, int64_t *max)
{
	struct agg_ll w = agg_ll_start(a);
	*min = INT64_MIN;
	*max = at_most(w.value - 1);
	for (unsigned k = 1; k <= i; k++) {
		*min = at_most(w.value);
		agg_ll_step(&w);
		*max = at_most(w.value - 1);
	}
	if (i + 1 >= quantize_buckets(a))
		*max = INT64_MAX;
}

void quantize_bounds(const struct plan_agg *a, unsigned i, int64_t *min, int64_t *max)
{
	unsigned n = quantize_buckets(a);
	if (a->func == AGG_LLQUANTIZE) {
		ll_bounds(a, i, min, max);
	} else if (a->func == AGG_LQUANTIZE) {
		*min = i == 0 ? INT64_MIN : a->base + (int64_t)(i - 1) * a->step;
		*max = i + 1 == n ? INT64_MAX : a->base + (int64_t)i * a->step - 1;
	} else {
		int64_t v = agg_quantize_bucket(i);
		*min = v < 0 ? (i == 0 ? INT64_MIN : agg_quantize_bucket(i - 1) + 1) : v;
		*max = v > 0 ? (i + 1 == n ? INT64_MAX : agg_quantize_bucket(i + 1) - 1) : v;
	}
}

/* ---- the drawing ---- */

static void label(struct output *o, const struct plan_agg *a, unsigned i, unsigned n, int64_t value)
{
	char c[32];
	const char *relation = "";
	if (a->func != AGG_QUANTIZE)
		relation = i == 0 ? "< " : i + 1 == n ? ">= " : "";
	/* a magnitude of llquantize() may need all 64 bits */
	int len = a->func == AGG_LLQUANTIZE
		      ? snprintf(c, sizeof(c), "%s%" PRIu64, relation, (uint64_t)value)
		      : snprintf(c, sizeof(c), "%s%" PRId64, relation, value);
	text_pad(&o->text, c, (size_t)len, 16, false);
	buf_putc(&o->text, ' ');
}

/* The buckets shown: one more than used on either side; around zero when none is. */
static void shown_range(const struct agg_entry *e, unsigned n, unsigned *first, unsigned *last)
{
	unsigned lo = 0, hi = n - 1;
	while (lo < n && e->cell[lo] == 0)
		lo++;
	if (lo == n) {
		*first = e->agg->func == AGG_QUANTIZE ? AGG_QUANTIZE_ZERO - 1 : 0;
		*last = e->agg->func == AGG_QUANTIZE	? AGG_QUANTIZE_ZERO + 1
			: e->agg->func == AGG_LQUANTIZE ? 2
							: 1;
		if (*last >= n)
			*last = n - 1;
		return;
	}
	while (hi > 0 && e->cell[hi] == 0)
		hi--;
	*first = lo ? lo - 1 : 0;
	*last = hi + 1 < n ? hi + 1 : hi;
}

static int64_t label_value(const struct plan_agg *a, unsigned i)
{
	if (a->func == AGG_QUANTIZE)
		return agg_quantize_bucket(i);
	return a->base + (int64_t)(i ? i - 1 : 0) * a->step;
}

void quantize_print(struct output *o, const struct agg_entry *e)
{
	const struct plan_agg *a = e->agg;
	unsigned n = quantize_buckets(a), first, last;
	struct agg_scale s = {0};
	if (n == 0)
		return;
	shown_range(e, n, &first, &last);
	for (unsigned i = first; i <= last; i++) {
		int64_t v = (int64_t)e->cell[i];
		s.positives |= v > 0;
		s.negatives |= v < 0;
		add_total(o, v, &s.total);
	}
	title(o, 0);
	struct agg_ll w = {0};
	if (a->func == AGG_LLQUANTIZE)
		w = agg_ll_start(a);
	for (unsigned i = 0; i <= last; i++) {
		int64_t value = w.agg ? (int64_t)w.value : label_value(a, i);
		if (i >= first) {
			label(o, a, i, n, value);
			bar_line(o, (int64_t)e->cell[i], e->normal, &s);
		}
		if (w.agg && i > 0)
			agg_ll_step(&w);
	}
}

/* ---- agghist: one bar per key; aggpack: one line per key ---- */

static void scale_hist(const struct output *o, const struct agg_entry *e, size_t n,
		       struct agg_scale *s)
{
	s->hist = true;
	for (size_t i = 0; i < n; i++) {
		int64_t v = agg_value(&e[i], 1);
		s->positives |= v > 0;
		s->negatives |= v < 0;
		add_total(o, v, &s->total);
	}
}

static void scale_pack(const struct agg_entry *e, size_t n, struct agg_scale *s)
{
	unsigned buckets = quantize_buckets(e->agg);
	s->pack = true;
	s->min = buckets;
	for (size_t i = 0; i < n; i++)
		for (unsigned k = 0; k < buckets; k++) {
			if (e[i].cell[k] == 0)
				continue;
			s->min = k < s->min ? k : s->min;
			s->max = k > s->max ? k : s->max;
		}
	if (e->agg->func == AGG_LQUANTIZE) { /* always its whole range */
		s->min = 0;
		s->max = buckets - 1;
		return;
	}
	if (s->min == buckets)
		s->min = s->max = AGG_QUANTIZE_ZERO;
	if (s->min != 0 && s->min != AGG_QUANTIZE_ZERO)
		s->min--;
	if (s->max < buckets - 1)
		s->max++;
}

void quantize_scale(const struct output *o, const struct agg_entry *e, size_t n,
		    struct agg_scale *s)
{
	*s = (struct agg_scale){0};
	if (n == 0)
		return;
	enum agg_func f = e->agg->func;
	if (o->opts->aggpack && (f == AGG_QUANTIZE || f == AGG_LQUANTIZE))
		scale_pack(e, n, s);
	else if (o->opts->agghist &&
		 (f == AGG_COUNT || f == AGG_SUM || f == AGG_AVG || f == AGG_STDDEV))
		scale_hist(o, e, n, s);
}

static int digits_of(int64_t v)
{
	char s[32];
	int n = snprintf(s, sizeof(s), "%" PRId64, v);
	return n < 4 ? 4 : n;
}

void quantize_header(struct output *o, const struct agg_entry *e, const struct agg_scale *s)
{
	int width = 0;
	for (size_t i = 0; i < e->agg->keys.n; i++)
		width += key_width(&e->agg->keys.at[i]) + 1;
	if (s->hist) {
		title(o, width);
		return;
	}
	int minw = 7, maxw = 8;
	if (e->agg->func == AGG_QUANTIZE) {
		minw = digits_of(agg_quantize_bucket(s->min));
		maxw = digits_of(agg_quantize_bucket(s->max));
	}
	buf_printf(&o->text, "\n%*s %*s .", width, width > 0 ? "key" : "", minw, "min");
	text_fill(&o->text, '-', s->max - s->min + 1);
	buf_printf(&o->text, ". %*s | count\n", -maxw, "max");
}

void quantize_hist(struct output *o, const struct agg_entry *e, const struct agg_scale *s)
{
	buf_putc(&o->text, ' ');
	bar_line(o, agg_value(e, 1), e->normal, s);
}

static bool use_utf8(const struct output *o)
{
	const char *term = getenv("TERM");
	if (o->opts->encoding != ENCODING_AUTO)
		return o->opts->encoding == ENCODING_UTF8;
	return !(term &&
		 (!strcmp(term, "sun") || !strcmp(term, "sun-color") || !strcmp(term, "dumb")));
}

/* One character for a bucket: eighths of a block, or ASCII of growing weight. */
static void packed_char(struct buf *b, int64_t v, long double total, bool utf8)
{
	static const char ascii[] = "__xxxxXX", neg[] = "vvvvVV";
	if (v == 0 || total <= 0) {
		buf_putc(b, ' ');
	} else if (v < 0) {
		buf_putc(b, neg[(unsigned)(magnitude(v) * 5 / total + 0.5L)]);
	} else {
		unsigned k = (unsigned)(magnitude(v) * 7 / total + 0.5L);
		if (utf8)
			text_utf8(b, 0x2581 + k);
		else
			buf_putc(b, ascii[k]);
	}
}

void quantize_packed(struct output *o, const struct agg_entry *e, const struct agg_scale *s)
{
	struct buf *b = &o->text;
	const int64_t *c = (const int64_t *)e->cell;
	const struct plan_agg *a = e->agg;
	long double total = 0;
	int64_t count = 0;
	bool utf8 = use_utf8(o), linear = a->func == AGG_LQUANTIZE;
	char edge[32];
	for (unsigned i = s->min; i <= s->max; i++) {
		add_total(o, c[i], &total);
		count += c[i];
	}
	if (linear) {
		snprintf(edge, sizeof(edge), "< %d", a->base);
		buf_printf(b, "%8s :", edge);
	} else {
		int64_t v = agg_quantize_bucket(s->min);
		buf_printf(b, " %*" PRId64 " :", digits_of(v), v);
	}
	for (unsigned i = s->min; i <= s->max; i++)
		packed_char(b, c[i], total, utf8);
	if (linear) {
		snprintf(edge, sizeof(edge), ">= %" PRId64,
			 a->base + (int64_t)agg_lquantize_levels(a) * a->step);
		buf_printf(b, ": %-8s | %" PRId64 "\n", edge, count);
	} else {
		int64_t v = agg_quantize_bucket(s->max);
		buf_printf(b, ": %*" PRId64 " | %" PRId64 "\n", -digits_of(v), v, count);
	}
}

void output_bucket(const struct plan_agg *a, unsigned bucket, int64_t *least, int64_t *greatest)
{
	quantize_bounds(a, bucket, least, greatest);
}
