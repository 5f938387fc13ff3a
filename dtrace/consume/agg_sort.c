/*
 * agg_sort.c - the order of aggregation entries, and rows of several aggregations
 *
 * In: the tables of the last snapshot. Out: arrays of struct agg_entry.
 * The order is libdtrace's: by value and, where values are equal, by key (or by key alone with
 * aggsortkey); quantizations compare by the sum of bucket value times count, then by the count at
 * zero; keys compare field by field from aggsortkeypos on, wrapping. Each entry gets two 64-bit
 * sort keys that decide most comparisons without touching the entry.
 */
#include "dtrace/consume/agg_internal.h"

typedef int cmp_fn(const void *ctx, uint32_t a, uint32_t b);

/* ---- merge sort on (k1, k2, cmp) ---- */

static inline int item_cmp(const struct sort_item *a, const struct sort_item *b, cmp_fn *cmp,
			   const void *ctx)
{
	if (a->k1 != b->k1)
		return a->k1 < b->k1 ? -1 : 1;
	if (a->k2 != b->k2)
		return a->k2 < b->k2 ? -1 : 1;
	return cmp(ctx, a->idx, b->idx);
}

static void insertion(struct sort_item *v, size_t n, cmp_fn *cmp, const void *ctx)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_item x = v[i];
		size_t k = i;
		for (; k > 0 && item_cmp(&x, &v[k - 1], cmp, ctx) < 0; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

static void merge_runs(const struct sort_item *from, struct sort_item *to, size_t lo, size_t mid,
		       size_t hi, cmp_fn *cmp, const void *ctx)
{
	size_t a = lo, b = mid, o = lo;
	while (a < mid && b < hi)
		to[o++] = item_cmp(&from[b], &from[a], cmp, ctx) < 0 ? from[b++] : from[a++];
	while (a < mid)
		to[o++] = from[a++];
	while (b < hi)
		to[o++] = from[b++];
}

/* Sorts v[0..n); tmp has n items too. */
static void sort_items(struct sort_item *v, struct sort_item *tmp, size_t n, cmp_fn *cmp,
		       const void *ctx)
{
	if (n == 0)
		return;
	struct sort_item *from = v, *to = tmp;
	const size_t run = 12;
	for (size_t i = 0; i < n; i += run)
		insertion(v + i, n - i < run ? n - i : run, cmp, ctx);
	for (size_t w = run; w < n; w *= 2) {
		for (size_t lo = 0; lo < n; lo += 2 * w) {
			size_t mid = lo + w < n ? lo + w : n, hi = lo + 2 * w < n ? lo + 2 * w : n;
			merge_runs(from, to, lo, mid, hi, cmp, ctx);
		}
		struct sort_item *x = from;
		from = to;
		to = x;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
}

/* ---- keys ---- */

static bool is_text(const struct plan_rec *r)
{
	return r->enc == ENC_STR || r->enc == ENC_STRID;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int cmp_text(const struct plan *p, const struct plan_rec *ra, const uint8_t *a,
		    const struct plan_rec *rb, const uint8_t *b)
{
	size_t na, nb;
	const char *sa = plan_text(p, ra, a, &na), *sb = plan_text(p, rb, b, &nb);
	int r = memcmp(sa, sb, na < nb ? na : nb);
	return r ? r : cmp_u64(na, nb);
}

static int cmp_rec(const struct plan *p, const struct plan_rec *ra, const uint8_t *a,
		   const struct plan_rec *rb, const uint8_t *b)
{
	if (is_text(ra) && is_text(rb))
		return cmp_text(p, ra, a, rb, b);
	if (ra->size != rb->size)
		return cmp_u64(ra->size, rb->size);
	if (ra->enc == ENC_INT && ra->is_signed && rb->is_signed) {
		int64_t x = plan_int(a + ra->offset, ra->size, true);
		int64_t y = plan_int(b + rb->offset, rb->size, true);
		return x < y ? -1 : x > y;
	}
	if (ra->enc == ENC_INT || ra->enc == ENC_KADDR)
		return cmp_u64((uint64_t)plan_int(a + ra->offset, ra->size, false),
			       (uint64_t)plan_int(b + rb->offset, rb->size, false));
	if (ra->enc == ENC_UADDR && ra->size >= 16) {
		int r = cmp_u64((uint64_t)plan_int(a + ra->offset, 8, false),
				(uint64_t)plan_int(b + rb->offset, 8, false));
		return r ? r
			 : cmp_u64((uint64_t)plan_int(a + ra->offset + 8, 8, false),
				   (uint64_t)plan_int(b + rb->offset + 8, 8, false));
	}
	return memcmp(a + ra->offset, b + rb->offset, ra->size);
}

int agg_key_cmp(const struct plan *p, const struct agg_entry *a, const struct agg_entry *b,
		uint32_t keypos)
{
	size_t n = a->agg->keys.n;
	if (!a->key || !b->key || n != b->agg->keys.n)
		return cmp_u64(n, b->agg->keys.n);
	size_t first = keypos < n ? keypos : 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = (first + i) % n;
		int r = cmp_rec(p, &a->agg->keys.at[k], a->key, &b->agg->keys.at[k], b->key);
		if (r)
			return r;
	}
	return 0;
}

/* The leading key as a number that orders as cmp_rec() does, as far as 64 bits go. */
static uint64_t key_prefix(const struct plan *p, const struct agg_entry *e, uint32_t keypos)
{
	if (!e->key || e->agg->keys.n == 0)
		return 0;
	const struct plan_rec *r = &e->agg->keys.at[keypos < e->agg->keys.n ? keypos : 0];
	if (is_text(r)) {
		size_t n;
		uint64_t v = 0;
		const char *s = plan_text(p, r, e->key, &n);
		memcpy(&v, s, n < 8 ? n : 8);
		return __builtin_bswap64(v);
	}
	if (r->enc == ENC_INT || r->enc == ENC_KADDR) {
		bool sig = r->enc == ENC_INT && r->is_signed;
		return (uint64_t)plan_int(e->key + r->offset, r->size, sig) ^
		       (sig ? 1ull << 63 : 0);
	}
	return 0;
}

/* ---- values ---- */

/* Sum of bucket value times count, and the count at zero. */
struct weight {
	long double total;
	int64_t zero;
};

static struct weight weigh_lquantize(const struct plan_agg *a, const int64_t *c)
{
	unsigned levels = agg_lquantize_levels(a);
	struct weight w = {.total = (long double)c[0] * ((long double)a->base - 1)};
	int64_t v = a->base;
	if (v - 1 == 0)
		w.zero = c[0];
	for (unsigned i = 0; i < levels; i++, v += a->step) {
		w.total += (long double)c[i + 1] * (long double)v;
		if (v == 0)
			w.zero = c[i + 1];
	}
	w.total += (long double)c[levels + 1] * ((long double)v + 1);
	if (v + 1 == 0)
		w.zero = c[levels + 1];
	return w;
}

static struct weight weigh_llquantize(const struct plan_agg *a, const int64_t *c)
{
	unsigned n = agg_llquantize_buckets(a);
	struct agg_ll w = agg_ll_start(a);
	struct weight sum = {.total = (long double)c[0] * (long double)(w.value - 1)};
	for (unsigned bin = 1; bin < n; bin++, agg_ll_step(&w))
		sum.total += (long double)c[bin] * (long double)w.value;
	return sum;
}

static struct weight weigh(const struct agg_entry *e)
{
	const int64_t *c = (const int64_t *)e->cell;
	struct weight w = {0};
	switch (e->agg->func) {
	case AGG_QUANTIZE:
		for (unsigned i = 0; i < AGG_QUANTIZE_BUCKETS; i++)
			w.total += (long double)agg_quantize_bucket(i) * (long double)c[i];
		w.zero = c[AGG_QUANTIZE_ZERO];
		break;
	case AGG_LQUANTIZE:
		w = weigh_lquantize(e->agg, c);
		break;
	case AGG_LLQUANTIZE:
		w = weigh_llquantize(e->agg, c);
		break;
	default:
		break;
	}
	return w;
}

static bool is_distribution(const struct plan_agg *a)
{
	return a->func >= AGG_QUANTIZE;
}

int agg_value_cmp(const struct agg_entry *a, const struct agg_entry *b)
{
	if (is_distribution(a->agg)) {
		struct weight x = weigh(a), y = weigh(b);
		if (x.total != y.total)
			return x.total < y.total ? -1 : 1;
		return x.zero < y.zero ? -1 : x.zero > y.zero;
	}
	int64_t x = agg_value(a, 1), y = agg_value(b, 1);
	if (a->agg->func == AGG_STDDEV)
		return cmp_u64((uint64_t)x, (uint64_t)y);
	return x < y ? -1 : x > y;
}

/* A double as an unsigned number of the same order. */
static uint64_t order_of_double(double d)
{
	uint64_t u;
	memcpy(&u, &d, 8);
	return u >> 63 ? ~u : u | 1ull << 63;
}

static uint64_t value_prefix(const struct agg_entry *e)
{
	if (is_distribution(e->agg))
		return order_of_double((double)weigh(e).total);
	int64_t v = agg_value(e, 1);
	return e->agg->func == AGG_STDDEV ? (uint64_t)v : (uint64_t)v ^ 1ull << 63;
}

/* ---- sorted ---- */

static bool room(struct agg_entry **p, size_t *cap, size_t n)
{
	n = n ? n : 1; /* never NULL: callers add offsets */
	if (n <= *cap)
		return true;
	struct agg_entry *q = realloc(*p, n * sizeof(*q));
	if (!q)
		return false;
	*p = q;
	*cap = n;
	return true;
}

static bool room_items(struct aggs *as, size_t n)
{
	n = n ? n : 1;
	if (n <= as->items_cap)
		return true;
	struct sort_item *q = realloc(as->items, 2 * n * sizeof(*q));
	if (!q)
		return false;
	as->items = q;
	as->items_cap = n;
	return true;
}

size_t agg_collect(struct aggs *as, uint32_t agg_id, struct agg_entry *out)
{
	const struct agg_table *t = &as->tables[agg_id];
	size_t n = 0;
	for (uint32_t i = 0; i < t->n; i++)
		if (t->flags[i] & ENTRY_LIVE)
			out[n++] = table_entry(t, i);
	return n;
}

struct order {
	const struct aggs *as;
	const struct agg_entry *e; /* entries, or rows of width */
	size_t width, lead;
	struct agg_sort sort;
};

static int sorted_tie(const void *ctx, uint32_t a, uint32_t b)
{
	const struct order *o = ctx;
	const struct agg_entry *x = &o->e[a], *y = &o->e[b];
	int r = 0;
	if (!o->sort.by_key && is_distribution(x->agg))
		r = agg_value_cmp(x, y);
	if (r == 0)
		r = agg_key_cmp(o->as->plan, x, y, o->sort.keypos);
	return o->sort.reverse ? -r : r;
}

static void set_prefixes(const struct aggs *as, struct sort_item *it, const struct agg_entry *e,
			 const struct agg_entry *key, const struct agg_sort *s)
{
	uint64_t prefix = key_prefix(as->plan, key, s->keypos);
	it->k1 = s->by_key ? prefix : value_prefix(e);
	/* two distributions may differ although k1 is rounded to the same double */
	it->k2 = s->by_key || is_distribution(e->agg) ? 0 : prefix;
	if (s->reverse) {
		it->k1 = ~it->k1;
		it->k2 = ~it->k2;
	}
}

const struct agg_entry *aggs_sorted(struct aggs *as, uint32_t agg_id, const struct agg_sort *sort,
				    size_t *n)
{
	*n = 0;
	if (agg_id >= as->ntables)
		return as->out;
	size_t total = as->tables[agg_id].n;
	if (!room(&as->rows, &as->rows_cap, total) || !room(&as->out, &as->out_cap, total) ||
	    !room_items(as, total))
		return as->out;
	total = agg_collect(as, agg_id, as->rows);
	struct order o = {.as = as, .e = as->rows, .width = 1, .sort = *sort};
	for (size_t i = 0; i < total; i++) {
		as->items[i].idx = (uint32_t)i;
		set_prefixes(as, &as->items[i], &as->rows[i], &as->rows[i], sort);
	}
	sort_items(as->items, as->items + as->items_cap, total, sorted_tie, &o);
	for (size_t i = 0; i < total; i++)
		as->out[i] = as->rows[as->items[i].idx];
	*n = total;
	return as->out;
}

/* ---- across aggregations ---- */

static int across_cmp(const void *a, const void *b, void *ctx)
{
	const struct order *o = ctx;
	const struct agg_entry *x = a, *y = b;
	bool comparable = is_distribution(x->agg) == is_distribution(y->agg);
	int value = comparable ? agg_value_cmp(x, y) : is_distribution(x->agg) ? 1 : -1;
	int key = agg_key_cmp(o->as->plan, x, y, o->sort.keypos);
	int r = o->sort.by_key ? key : value;
	if (r == 0)
		r = cmp_u64(x->agg->id, y->agg->id);
	if (r == 0)
		r = o->sort.by_key ? value : key;
	return o->sort.reverse ? -r : r;
}

void aggs_sort_across(const struct aggs *as, struct agg_entry *e, size_t n,
		      const struct agg_sort *sort)
{
	struct order o = {.as = as, .sort = *sort};
	qsort_r(e, n, sizeof(*e), across_cmp, &o);
}

/* ---- joined ---- */

static const struct agg_entry *row_key(const struct agg_entry *row, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (row[i].key)
			return &row[i];
	return row;
}

static int same_key_tie(const void *ctx, uint32_t a, uint32_t b)
{
	const struct order *o = ctx;
	int r = agg_key_cmp(o->as->plan, &o->e[a], &o->e[b], 0);
	return r ? r : cmp_u64(a, b);
}

static int row_tie(const void *ctx, uint32_t a, uint32_t b)
{
	const struct order *o = ctx;
	const struct agg_entry *x = o->e + a * o->width, *y = o->e + b * o->width;
	int r = 0;
	if (o->sort.by_key)
		r = agg_key_cmp(o->as->plan, row_key(x, o->width), row_key(y, o->width),
				o->sort.keypos);
	for (size_t i = 0; i < o->width && r == 0; i++) {
		size_t k = (o->lead + i) % o->width;
		r = agg_value_cmp(&x[k], &y[k]);
	}
	if (r == 0 && !o->sort.by_key)
		r = agg_key_cmp(o->as->plan, row_key(x, o->width), row_key(y, o->width),
				o->sort.keypos);
	return o->sort.reverse ? -r : r;
}

/* All entries of ids[], equal keys next to each other: as->items order over as->out. */
static size_t gather(struct aggs *as, const uint32_t *ids, size_t nids)
{
	size_t total = 0;
	for (size_t i = 0; i < nids; i++)
		total += ids[i] < as->ntables ? as->tables[ids[i]].n : 0;
	if (!room(&as->out, &as->out_cap, total) || !room_items(as, total))
		return 0;
	size_t n = 0;
	for (size_t i = 0; i < nids; i++)
		if (ids[i] < as->ntables)
			n += agg_collect(as, ids[i], as->out + n);
	struct order o = {.as = as, .e = as->out};
	for (size_t i = 0; i < n; i++)
		as->items[i] =
		    (struct sort_item){key_prefix(as->plan, &as->out[i], 0), 0, (uint32_t)i};
	sort_items(as->items, as->items + as->items_cap, n, same_key_tie, &o);
	return n;
}

static void empty_row(struct aggs *as, struct agg_entry *row, const uint32_t *ids, size_t nids)
{
	for (size_t k = 0; k < nids; k++) {
		const struct agg_table *t = &as->tables[ids[k] < as->ntables ? ids[k] : 0];
		row[k] = (struct agg_entry){
		    .agg = t->agg, .cell = as->zero, .normal = t->normal, .index = UINT32_MAX};
	}
}

static size_t fill_rows(struct aggs *as, const uint32_t *ids, size_t nids, size_t n)
{
	size_t rows = 0;
	const struct agg_entry *last = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct agg_entry *e = &as->out[as->items[i].idx];
		if (!last || agg_key_cmp(as->plan, last, e, 0) != 0)
			empty_row(as, as->rows + rows++ * nids, ids, nids);
		last = e;
		struct agg_entry *row = as->rows + (rows - 1) * nids;
		for (size_t k = 0; k < nids; k++)
			if (row[k].agg == e->agg)
				row[k] = *e;
	}
	return rows;
}

const struct agg_entry *aggs_joined(struct aggs *as, const uint32_t *ids, size_t nids,
				    const struct agg_sort *sort, size_t *nrows)
{
	*nrows = 0;
	if (as->ntables == 0 || nids == 0)
		return NULL;
	size_t n = gather(as, ids, nids);
	if (!room(&as->rows, &as->rows_cap, n * nids))
		return NULL;
	size_t rows = fill_rows(as, ids, nids, n);
	if (!room(&as->out, &as->out_cap, rows * nids))
		return NULL;
	struct order o = {.as = as, .e = as->rows, .width = nids, .sort = *sort};
	o.lead = sort->pos < nids ? sort->pos : 0;
	for (size_t i = 0; i < rows; i++) {
		const struct agg_entry *row = as->rows + i * nids;
		as->items[i].idx = (uint32_t)i;
		set_prefixes(as, &as->items[i], &row[o.lead], row_key(row, nids), sort);
		if (!sort->by_key) /* the other values come before the key */
			as->items[i].k2 = 0;
	}
	sort_items(as->items, as->items + as->items_cap, rows, row_tie, &o);
	for (size_t i = 0; i < rows; i++)
		memcpy(as->out + i * nids, as->rows + as->items[i].idx * nids,
		       nids * sizeof(*as->out));
	*nrows = rows;
	return as->out;
}
