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
	f->im.maps.at[IMAGE_MAP_AGG].value_bytes = 64 + 32768 * 28 + 8;
	free(f->agg);
	f->agg = calloc(1, consume_agg_stride(&f->im));
	struct plan_agg *a = fx_agg(f, "a", AGG_SUM, 1, 64);
	fx_key(f, a, ENC_INT, 8, true);
	fx_table(a, 32768);
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
	    cmocka_unit_test(aggregations_that_do_not_fit_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
