/* consume/: snapshots of aggregations, clear, trunc, sort, join. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dtrace/consume/aggregate.h"
#include "plan_fixture.h"

static struct aggs *aggs_of(struct fx *f)
{
	struct err e = {0};
	struct aggs *as = aggs_new(&f->im, f->agg, NULL, &e);
	assert_non_null(as);
	assert_int_equal(aggs_snapshot(as, &e), 0);
	return as;
}

static const struct agg_sort by_value = {0};

static void snap(struct aggs *as)
{
	struct err e = {0};
	assert_int_equal(aggs_snapshot(as, &e), 0);
}

static struct fx *counts(uint32_t ncpu)
{
	struct fx *f = fx_new(ncpu);
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, IMAGE_AGG_CELLS);
	fx_key(f, a, ENC_INT, 4, true);
	fx_table(a, 64);
	return f;
}

static uint64_t *count_cell(struct fx *f, uint32_t cpu, uint32_t slot, int64_t key)
{
	return fx_cell(f, cpu, 0, slot, &key);
}

static int key_of(const struct agg_entry *e)
{
	return (int)plan_int(e->key + e->agg->keys.at[0].offset, 4, true);
}

static void cpus_and_slots_add_up(void **state)
{
	(void)state;
	struct fx *f = counts(2);
	*count_cell(f, 0, 3, 7) = 10;
	*count_cell(f, 1, 5, 7) = 1;
	*count_cell(f, 1, 9, 7) = 100; /* the same key twice in a table */
	*count_cell(f, 1, 6, 8) = 2;
	struct aggs *as = aggs_of(f);
	size_t n;
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 2);
	assert_int_equal(key_of(&e[0]), 8);
	assert_int_equal(agg_value(&e[1], 1), 111);
	*count_cell(f, 0, 3, 7) = 11;
	snap(as);
	e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(agg_value(&e[1], 1), 112);
	aggs_free(as);
	fx_free(f);
}

static void clear_keeps_keys_trunc_drops_them(void **state)
{
	(void)state;
	struct fx *f = counts(1);
	for (int i = 1; i <= 5; i++)
		*count_cell(f, 0, (uint32_t)i, i) = (uint64_t)i * 10;
	struct aggs *as = aggs_of(f);
	size_t n;
	*count_cell(f, 0, 1, 1) += 3; /* after the snapshot: must not be lost */
	aggs_clear(as, 0);
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 5);
	assert_int_equal(agg_value(&e[4], 1), 0);
	snap(as);
	e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 5);
	assert_int_equal(agg_value(&e[4], 1), 3);
	assert_int_equal(key_of(&e[4]), 1);
	aggs_trunc(as, 0, 0);
	aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 0);
	*count_cell(f, 0, 2, 2) += 1;
	snap(as);
	e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 1);
	assert_int_equal(key_of(&e[0]), 2);
	assert_int_equal(agg_value(&e[0], 1), 1);
	aggs_free(as);
	fx_free(f);
}

static void trunc_keeps_largest_or_smallest(void **state)
{
	(void)state;
	struct fx *f = counts(1);
	for (int i = 1; i <= 5; i++)
		*count_cell(f, 0, (uint32_t)i, i) = (uint64_t)i * 10;
	struct aggs *as = aggs_of(f);
	size_t n;
	aggs_trunc(as, 0, 3);
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 3);
	assert_int_equal(key_of(&e[0]), 3);
	aggs_trunc(as, 0, -2);
	e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 2);
	assert_int_equal(key_of(&e[0]), 3);
	assert_int_equal(key_of(&e[1]), 4);
	aggs_free(as);
	fx_free(f);
}

static void min_and_max_start_again_after_clear(void **state)
{
	(void)state;
	struct fx *f = fx_new(2);
	fx_agg(f, "lo", AGG_MIN, 2, 64);
	fx_agg(f, "hi", AGG_MAX, 2, 128);
	for (uint32_t cpu = 0; cpu < 2; cpu++) {
		uint64_t *lo = fx_cell(f, cpu, 0, 0, NULL), *hi = fx_cell(f, cpu, 1, 0, NULL);
		lo[0] = hi[0] = 1;
		lo[1] = (uint64_t)(cpu ? 4 : -7) ^ plan_agg_extreme_mask(AGG_MIN, true);
		hi[1] = (uint64_t)(cpu ? 4 : -7) ^ plan_agg_extreme_mask(AGG_MAX, true);
	}
	struct aggs *as = aggs_of(f);
	size_t n;
	assert_int_equal(agg_value(aggs_sorted(as, 0, &by_value, &n), 1), -7);
	assert_int_equal(agg_value(aggs_sorted(as, 1, &by_value, &n), 1), 4);
	aggs_clear(as, 0);
	snap(as);
	assert_int_equal(agg_value(aggs_sorted(as, 0, &by_value, &n), 1), 0);
	assert_int_equal(n, 1);
	uint64_t *lo = fx_cell(f, 1, 0, 0, NULL);
	assert_int_equal(lo[0],
			 0); /* the kernel's cell is empty: the next value counts whatever it is */
	lo[0] = 1;
	lo[1] = 50 ^ plan_agg_extreme_mask(AGG_MIN, true);
	snap(as);
	assert_int_equal(agg_value(aggs_sorted(as, 0, &by_value, &n), 1), 50);
	aggs_free(as);
	fx_free(f);
}

static void averages_and_deviations(void **state)
{
	(void)state;
	struct fx *f = fx_new(2);
	fx_agg(f, "avg", AGG_AVG, 2, 64);
	fx_agg(f, "dev", AGG_STDDEV, 4, 128);
	uint64_t *avg = fx_cell(f, 0, 0, 0, NULL), *avg1 = fx_cell(f, 1, 0, 0, NULL);
	avg[0] = 2, avg[1] = (uint64_t)-10;
	avg1[0] = 1, avg1[1] = (uint64_t)-11;
	uint64_t *dev = fx_cell(f, 0, 1, 0, NULL), *dev1 = fx_cell(f, 1, 1, 0, NULL);
	/* 2, 4, 4, 4, 5, 5, 7, 9: mean 5, deviation 2 */
	dev[0] = 4, dev[1] = 14, dev[2] = 4 + 16 * 3;
	dev1[0] = 4, dev1[1] = 26, dev1[2] = 25 + 25 + 49 + 81;
	struct aggs *as = aggs_of(f);
	size_t n;
	assert_int_equal(agg_value(aggs_sorted(as, 0, &by_value, &n), 1), -7);
	assert_int_equal(agg_value(aggs_sorted(as, 1, &by_value, &n), 1), 2);
	aggs_clear(as, 1);
	assert_int_equal(agg_value(aggs_sorted(as, 1, &by_value, &n), 1), 0);
	dev[0] += 2, dev[1] += 20, dev[2] += 64 + 144; /* 8, 12 */
	snap(as);
	assert_int_equal(agg_value(aggs_sorted(as, 1, &by_value, &n), 1), 2);
	aggs_free(as);
	fx_free(f);
}

static void sort_options(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_agg *a = fx_agg(f, "a", AGG_SUM, 1, 64);
	fx_key(f, a, ENC_STR, 16, false);
	fx_key(f, a, ENC_INT, 4, true);
	fx_table(a, 16);
	static const struct {
		char s[16];
		int64_t k;
		int64_t v;
	} rows[] = {{"bb", -1, 5}, {"aa", 3, 5}, {"cc", 2, -9}, {"a", 7, 100}};
	for (uint32_t i = 0; i < 4; i++)
		*fx_cell(f, 0, 0, i, &rows[i]) = (uint64_t)rows[i].v;
	struct aggs *as = aggs_of(f);
	struct {
		struct agg_sort sort;
		int order[4];
	} cases[] = {
	    {{0}, {2, 1, 0, 3}},
	    {{.reverse = true}, {3, 0, 1, 2}},
	    {{.by_key = true}, {3, 1, 0, 2}},
	    {{.by_key = true, .keypos = 1}, {0, 2, 1, 3}},
	    {{.by_key = true, .keypos = 1, .reverse = true}, {3, 1, 2, 0}},
	    {{.by_key = true, .keypos = 9}, {3, 1, 0, 2}},
	};
	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		size_t n;
		const struct agg_entry *e = aggs_sorted(as, 0, &cases[c].sort, &n);
		assert_int_equal(n, 4);
		for (size_t i = 0; i < 4; i++)
			assert_string_equal((const char *)e[i].key, rows[cases[c].order[i]].s);
	}
	aggs_free(as);
	fx_free(f);
}

static void distributions_sort_by_weight_then_zero(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_agg *a = fx_agg(f, "q", AGG_QUANTIZE, 127, 64);
	fx_key(f, a, ENC_INT, 8, true);
	fx_table(a, 4);
	uint64_t *c = fx_cell(f, 0, 0, 0, &(int64_t){1});
	c[AGG_QUANTIZE_ZERO] = 9;
	c = fx_cell(f, 0, 0, 1, &(int64_t){2});
	c[AGG_QUANTIZE_ZERO - 3] = 1; /* -4 */
	c = fx_cell(f, 0, 0, 2, &(int64_t){3});
	c[AGG_QUANTIZE_ZERO] = 2;
	struct aggs *as = aggs_of(f);
	size_t n;
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 3);
	assert_int_equal(key_of(&e[0]), 2);
	assert_int_equal(key_of(&e[1]), 3);
	assert_int_equal(key_of(&e[2]), 1);
	aggs_free(as);
	fx_free(f);
}

static void equal_texts_are_one_key(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, 64);
	fx_key(f, a, ENC_STRID, 4, false);
	fx_table(a, 16);
	*vec_push(&f->im.plan.strings, f->im.arena) = "read";
	*vec_push(&f->im.plan.strings, f->im.arena) = "write";
	*vec_push(&f->im.plan.strings, f->im.arena) = "read";
	for (uint32_t i = 0; i < 3; i++)
		*fx_cell(f, 0, 0, i, &(uint64_t){i}) = 1 + i;
	*fx_cell(f, 0, 0, 5, &(uint64_t){12345}) = 1; /* no such string */
	struct aggs *as = aggs_of(f);
	size_t n, len;
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, 3);
	assert_int_equal(agg_value(&e[2], 1), 4);
	assert_string_equal(plan_text(&f->im.plan, &e[2].agg->keys.at[0], e[2].key, &len), "read");
	aggs_free(as);
	fx_free(f);
}

static void joined_rows_show_missing_as_zero(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, 64);
	fx_key(f, a, ENC_STR, 8, false);
	fx_table(a, 8);
	a = fx_agg(f, "b", AGG_SUM, 1, 4096);
	fx_key(f, a, ENC_STRID, 4, false);
	fx_table(a, 8);
	*vec_push(&f->im.plan.strings, f->im.arena) = "x";
	*vec_push(&f->im.plan.strings, f->im.arena) = "y";
	*fx_cell(f, 0, 0, 0, "x\0\0\0\0\0\0\0") = 5;
	*fx_cell(f, 0, 0, 1, "z\0\0\0\0\0\0\0") = 1;
	*fx_cell(f, 0, 1, 0, &(uint64_t){0}) = 50;
	*fx_cell(f, 0, 1, 1, &(uint64_t){1}) = 60;
	struct aggs *as = aggs_of(f);
	size_t rows;
	const uint32_t ids[] = {0, 1};
	const struct agg_entry *e = aggs_joined(as, ids, 2, &by_value, &rows);
	assert_int_equal(rows, 3);
	/* y: 0 60, z: 1 0, x: 5 50 */
	assert_int_equal(agg_value(&e[0], 1), 0);
	assert_int_equal(agg_value(&e[1], 1), 60);
	assert_null(e[0].key);
	assert_int_equal(agg_value(&e[2], 1), 1);
	assert_int_equal(agg_value(&e[3], 1), 0);
	assert_int_equal(agg_value(&e[4], 1), 5);
	assert_int_equal(agg_value(&e[5], 1), 50);
	struct agg_sort second = {.pos = 1, .reverse = true};
	e = aggs_joined(as, ids, 2, &second, &rows);
	assert_int_equal(agg_value(&e[1], 1), 60);
	assert_int_equal(agg_value(&e[3], 1), 50);
	assert_int_equal(agg_value(&e[5], 1), 0);
	aggs_free(as);
	fx_free(f);
}

/* 20,000 keys against the C library's sort. */
static int int_cmp(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;
	return *x < *y ? -1 : *x > *y;
}

static void many_keys_sort_right(void **state)
{
	(void)state;
	enum { N = 20000 };
	struct fx *f = fx_new(1);
	struct plan_agg *a = fx_agg(f, "a", AGG_SUM, 1, IMAGE_AGG_CELLS);
	fx_key(f, a, ENC_INT, 8, true);
	fx_table(a, 32768);
	f->im.maps.at[IMAGE_MAP_AGG].value_bytes =
	    IMAGE_AGG_CELLS + (uint32_t)plan_agg_table_bytes(a);
	free(f->agg);
	f->agg = calloc(1, consume_agg_stride(&f->im));
	static int64_t want[N];
	uint64_t x = 12345;
	for (uint32_t i = 0; i < N; i++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		int64_t v = (int64_t)(x >> 33) % 1000 - 500;
		*fx_cell(f, 0, 0, i + i / 2, &(int64_t){(int64_t)i * 77 % N - N / 2}) = (uint64_t)v;
		want[i] = v;
	}
	qsort(want, N, 8, int_cmp);
	struct aggs *as = aggs_of(f);
	size_t n;
	const struct agg_entry *e = aggs_sorted(as, 0, &by_value, &n);
	assert_int_equal(n, N);
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(agg_value(&e[i], 1), want[i]);
		if (i && want[i] == want[i - 1])
			assert_true(plan_int(e[i - 1].key, 8, true) < plan_int(e[i].key, 8, true));
	}
	aggs_free(as);
	fx_free(f);
}

static void aggregations_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	struct fx *f = counts(1);
	struct err e = {0};
	f->im.plan.aggs.at[0].nslots = 1 << 20;
	assert_null(aggs_new(&f->im, f->agg, NULL, &e));
	assert_string_equal(e.text, "aggregation @a does not fit its map");
	fx_free(f);
}

/* ---- generations: what programs do to tables that turn, against a model ---- */

enum { T_CPUS = 2, T_SLOTS = 16, T_KEYS = 60, T_ROUNDS = 20000 };
static const enum agg_func turn_funcs[] = {AGG_SUM, AGG_MIN, AGG_STDDEV};
enum { T_AGGS = 3 };

struct turning {
	struct fx *f;
	struct aggs *as;
	struct consume_window window;
	bool in_grace, over;
	uint64_t
	    before[T_AGGS]
		  [T_CPUS]; /* the turn as a program saw it that began before the grace period */
	struct model {
		uint64_t n;
		int64_t sum, least, squares;
		bool live;
	} model[T_AGGS][T_KEYS];
	uint64_t rng, drops;
};

static uint32_t draw(struct turning *t, uint32_t n)
{
	t->rng = t->rng * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(t->rng >> 33) % n;
}

static int show_all(void *arg, uint32_t map, size_t off, size_t bytes)
{
	const struct turning *t = arg;
	assert_int_equal(map, IMAGE_MAP_AGG);
	assert_true(off + bytes <= T_CPUS * consume_agg_stride(&t->f->im));
	return 0;
}

static void hide_all(void *arg, uint32_t map)
{
	(void)arg;
	(void)map;
}

static uint8_t *table_of(const struct turning *t, uint32_t agg, uint32_t cpu)
{
	return t->f->agg + cpu * consume_agg_stride(&t->f->im) + t->f->im.plan.aggs.at[agg].offset;
}

static int grace_begins(void *arg)
{
	struct turning *t = arg;
	assert_false(t->in_grace && !t->over);
	if (draw(t, 10) == 0)
		return -1;
	t->in_grace = true;
	t->over = false;
	return 0;
}

static bool grace_is_over(void *arg)
{
	const struct turning *t = arg;
	return t->over;
}

/* The slot of a key in a generation, taken if need be; NULL: there is no room. */
static uint8_t *slot_of(const struct turning *t, uint32_t agg, uint8_t *gen, uint64_t key)
{
	const struct plan_agg *a = &t->f->im.plan.aggs.at[agg];
	for (uint32_t k = 0; k < a->nslots; k++) {
		uint32_t s = (uint32_t)(key + k) % a->nslots;
		uint64_t *p = (uint64_t *)(void *)(gen + (size_t)s * a->entry_bytes);
		if (!p[0]) {
			uint8_t *list = gen + plan_agg_taken(a);
			uint64_t n = (*(uint64_t *)(void *)list)++;
			((uint32_t *)(void *)(list + 8))[n] = s + 1;
			p[0] = key << 8 | 2;
			p[1] = key;
		}
		if (p[1] == key)
			return (uint8_t *)p;
	}
	return NULL;
}

static void update(struct turning *t, uint32_t agg, uint64_t key, int64_t value)
{
	const struct plan_agg *a = &t->f->im.plan.aggs.at[agg];
	struct model *m = &t->model[agg][key];
	uint32_t cpu = draw(t, T_CPUS);
	uint8_t *table = table_of(t, agg, cpu);
	uint64_t turn = *(uint64_t *)(void *)(table + IMAGE_TURN);
	if (t->in_grace && !t->over && draw(t, 2))
		turn = t->before[agg][cpu];
	uint8_t *slot =
	    slot_of(t, agg, table + plan_agg_gen(a, 0) + (turn & plan_agg_gen_bytes(a)), key);
	if (!slot) {
		t->drops++;
		return;
	}
	uint64_t *cell = (uint64_t *)(void *)(slot + 16);
	uint64_t v = (uint64_t)value ^ plan_agg_extreme_mask(AGG_MIN, true);
	cell[0] += a->func == AGG_SUM ? (uint64_t)value : 1;
	if (a->func == AGG_MIN)
		cell[1] = v > cell[1] ? v : cell[1];
	if (a->func == AGG_STDDEV) {
		cell[1] += (uint64_t)value;
		cell[2] += (uint64_t)(value * value);
	}
	m->least = !m->n || value < m->least ? value : m->least;
	m->n++;
	m->sum += value;
	m->squares += value * value;
	m->live = true;
}

static void check_entry(struct turning *t, const struct agg_entry *e)
{
	const struct model *m = &t->model[e->agg->id][plan_int(e->key, 8, true)];
	assert_true(m->live);
	switch (e->agg->func) {
	case AGG_SUM:
		assert_int_equal(agg_value(e, 1), m->sum);
		return;
	case AGG_MIN:
		assert_int_equal(e->cell[0], m->n);
		assert_int_equal(m->n ? (int64_t)e->cell[1] : 0, m->n ? m->least : 0);
		return;
	default:
		assert_int_equal(e->cell[0], m->n);
		assert_int_equal(e->cell[1], m->sum);
		assert_int_equal(e->cell[2], m->squares);
		assert_int_equal(e->cell[3], 0);
	}
}

static void look(struct turning *t)
{
	for (uint32_t i = 0; i < T_AGGS; i++)
		for (uint32_t cpu = 0; cpu < T_CPUS; cpu++)
			t->before[i][cpu] = *(uint64_t *)(void *)(table_of(t, i, cpu) + IMAGE_TURN);
	snap(t->as);
	for (uint32_t i = 0; i < T_AGGS; i++) {
		size_t n, live = 0;
		const struct agg_entry *e = aggs_sorted(t->as, i, &by_value, &n);
		for (size_t k = 0; k < n; k++)
			check_entry(t, &e[k]);
		for (uint32_t k = 0; k < T_KEYS; k++)
			live += t->model[i][k].live;
		assert_int_equal(n, live);
	}
}

/* clear() or trunc(), as of the last snapshot: nothing has come since. */
static void take_away(struct turning *t, uint32_t agg, bool all)
{
	look(t);
	if (all)
		aggs_trunc(t->as, agg, 0);
	else
		aggs_clear(t->as, agg);
	for (uint32_t k = 0; k < T_KEYS; k++)
		t->model[agg][k] = (struct model){.live = !all && t->model[agg][k].live};
}

static void one_round(struct turning *t, uint32_t round)
{
	uint32_t what = draw(t, 100);
	if (what == 0)
		take_away(t, draw(t, T_AGGS), draw(t, 2));
	else if (what < 12)
		look(t);
	else if (what < 20 && t->in_grace)
		t->over = true;
	else /* keys come and go */
		for (uint32_t i = 0; i < T_AGGS; i++)
			update(t, i, (round / 300 * 7 + draw(t, 12)) % T_KEYS,
			       (int64_t)draw(t, 1000) - 500);
}

static void turning_loses_nothing(void **state)
{
	(void)state;
	struct turning t = {.f = fx_new(T_CPUS), .rng = 7};
	uint32_t at = IMAGE_AGG_CELLS;
	for (uint32_t i = 0; i < T_AGGS; i++) {
		static const uint32_t cells[] = {1, 2, 4};
		struct plan_agg *a = fx_agg(t.f, "a", turn_funcs[i], cells[i], at);
		fx_key(t.f, a, ENC_INT, 8, true);
		fx_table(a, T_SLOTS);
		a->turns = true;
		at += (uint32_t)plan_agg_table_bytes(a);
	}
	t.window = (struct consume_window){show_all, hide_all, grace_begins, grace_is_over, &t};
	t.as = aggs_of(t.f);
	aggs_set_window(t.as, &t.window);
	for (uint32_t i = 0; i < T_ROUNDS; i++)
		one_round(&t, i);
	look(&t);
	/* Far more keys came than there are slots; entries were forgotten. */
	assert_true(aggs_epoch(t.as, 0) > 5);
	assert_true(t.drops < T_ROUNDS / 10);
	aggs_free(t.as);
	fx_free(t.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cpus_and_slots_add_up),
	    cmocka_unit_test(clear_keeps_keys_trunc_drops_them),
	    cmocka_unit_test(trunc_keeps_largest_or_smallest),
	    cmocka_unit_test(min_and_max_start_again_after_clear),
	    cmocka_unit_test(averages_and_deviations),
	    cmocka_unit_test(sort_options),
	    cmocka_unit_test(distributions_sort_by_weight_then_zero),
	    cmocka_unit_test(equal_texts_are_one_key),
	    cmocka_unit_test(joined_rows_show_missing_as_zero),
	    cmocka_unit_test(many_keys_sort_right),
	    cmocka_unit_test(turning_loses_nothing),
	    cmocka_unit_test(aggregations_that_do_not_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
