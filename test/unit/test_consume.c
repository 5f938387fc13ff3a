/* consume/: order, unfinished and aborted records, speculations, drops, faults; snapshots, clear,
 * trunc, sort, join. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dtrace/consume/aggregate.h"
#include "plan_fixture.h"

struct seen {
	uint64_t v[256];
	uint32_t cpu[256];
	size_t n;
	char drops[1024];
	const struct plan_seg *next[256];
};

static int on_record(void *arg, const struct consume_rec *r)
{
	struct seen *s = arg;
	memcpy(&s->v[s->n], r->data + IMAGE_REC_DATA, 8);
	s->next[s->n] = r->next ? r->next->seg : NULL;
	s->cpu[s->n++] = r->cpu;
	return 0;
}

static void on_drop(void *arg, const struct consume_drop *d)
{
	struct seen *s = arg;
	strcat(s->drops, d->text);
	strcat(s->drops, "\n");
}

static struct consume *start(struct fx *f, struct seen *s)
{
	struct consume_ops ops = {on_record, on_drop, s};
	struct err e = {0};
	struct consume *c = consume_new(&f->in, &ops, &e);
	assert_non_null(c);
	return c;
}

static struct fx *traces(uint32_t ncpu)
{
	struct fx *f = fx_new(ncpu);
	struct plan_seg *s = fx_seg(f);
	fx_val(f, s, fx_act(f, s, PACT_TRACE), ENC_INT, 8, true);
	return f;
}

static void put(struct fx *f, uint32_t cpu, uint64_t v)
{
	fx_rec(f, cpu, 0, 12, &v, 1);
}

static void records_come_in_stamp_order(void **state)
{
	(void)state;
	struct fx *f = traces(3);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	static const uint32_t cpu[] = {2, 0, 0, 1, 2, 1, 0};
	for (size_t i = 0; i < 7; i++)
		put(f, cpu[i], i);
	assert_int_equal(consume_drain(c, false), 0);
	assert_int_equal(s.n, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(s.v[i], i);
		assert_int_equal(s.cpu[i], cpu[i]);
	}
	assert_int_equal(consume_drain(c, false), 0);
	assert_int_equal(s.n, 7);
	consume_free(c);
	fx_free(f);
}

static void without_temporal_cpu_by_cpu(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	consume_set_temporal(c, false);
	put(f, 1, 10);
	put(f, 0, 20);
	put(f, 1, 11);
	put(f, 0, 21);
	consume_drain(c, false);
	static const uint64_t want[] = {20, 21, 10, 11};
	assert_int_equal(s.n, 4);
	assert_memory_equal(s.v, want, sizeof(want));
	consume_free(c);
	fx_free(f);
}

static void ring_wraps_and_tail_moves(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	uint64_t v = 0;
	for (int round = 0; round < 200; round++) {
		for (int i = 0; i < 100; i++)
			put(f, 0, v++);
		s.n = 0;
		consume_drain(c, false);
		assert_int_equal(s.n, 100);
		for (size_t i = 0; i < 100; i++)
			assert_int_equal(s.v[i], v - 100 + i);
	}
	uint64_t head, tail;
	memcpy(&head, f->buf, 8);
	memcpy(&tail, f->buf + IMAGE_BUF_TAIL, 8);
	assert_int_equal(head, tail);
	assert_int_equal(consume_delivered(c), 20000);
	assert_int_equal(consume_damaged(c), 0);
	consume_free(c);
	fx_free(f);
}

static void the_horizon_holds_back_newer_records(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	put(f, 0, 1);
	put(f, 1, 2);
	f->glob->seq = 1; /* as if the second were stamped after the round began */
	consume_drain(c, false);
	assert_int_equal(s.n, 1);
	f->glob->seq = 2;
	consume_drain(c, false);
	assert_int_equal(s.n, 2);
	consume_free(c);
	fx_free(f);
}

static void an_unfinished_record_holds_back_for_a_while(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	uint64_t pos;
	uint8_t *p = fx_reserve(f, 0, 0, 12, &pos);
	put(f, 1, 5);
	consume_drain(c, false);
	assert_int_equal(s.n, 0);
	memcpy(p + IMAGE_REC_DATA, &(uint64_t){4}, 8);
	fx_commit(p, pos, false);
	consume_drain(c, false);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.v[0], 4);

	p = fx_reserve(f, 0, 0, 12, &pos);
	put(f, 0, 7);
	put(f, 1, 8);
	for (int i = 0; i < CONSUME_PATIENCE; i++)
		consume_drain(c, false);
	assert_int_equal(s.n, 2);
	consume_drain(c, false); /* patience is over: the other CPU goes on */
	assert_int_equal(s.n, 3);
	assert_int_equal(s.v[2], 8);
	fx_commit(p, pos, true); /* aborted: skipped */
	consume_drain(c, false);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.v[3], 7);
	consume_free(c);
	fx_free(f);
}

static void final_round_delivers_the_rest(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	uint64_t pos;
	put(f, 0, 1);
	fx_reserve(f, 0, 0, 12, &pos);
	put(f, 1, 2);
	f->glob->seq = 0;
	consume_drain(c, true);
	assert_int_equal(s.n, 2);
	consume_free(c);
	fx_free(f);
}

static void the_next_record_of_the_cpu_is_seen(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct plan_seg *two = fx_seg(f);
	fx_val(f, two, fx_act(f, two, PACT_TRACE), ENC_INT, 8, true);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	put(f, 0, 1);
	fx_rec(f, 0, 1, 12, &(uint64_t){2}, 1);
	consume_drain(c, false);
	assert_ptr_equal(s.next[0], &f->im.plan.segs.at[1]);
	assert_null(s.next[1]);
	consume_free(c);
	fx_free(f);
}

static void damage_is_counted_not_followed(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	fx_rec(f, 0, 0, 12, &(uint64_t){1}, 1);
	uint32_t bad = 77;
	memcpy(f->buf + IMAGE_BUF_DATA + IMAGE_REC_SEG, &bad, 4);
	consume_drain(c, false);
	assert_int_equal(s.n, 0);
	assert_int_equal(consume_damaged(c), 1);
	consume_drops(c);
	assert_string_equal(s.drops, "1 drop on CPU 0\n");
	put(f, 0, 9);
	consume_drain(c, false);
	assert_int_equal(s.n, 1);
	memcpy(f->buf, &(uint64_t){1 << 30}, 8); /* a head that cannot be */
	consume_drain(c, false);
	assert_int_equal(consume_damaged(c), 2);
	consume_free(c);
	fx_free(f);
}

static void a_plan_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct seen s = {0};
	struct consume_ops ops = {on_record, on_drop, &s};
	struct err e = {0};
	f->im.plan.segs.at[0].actions.at[0].recs.at[0].offset = 1 << 20;
	assert_null(consume_new(&f->in, &ops, &e));
	assert_string_equal(e.text, "segment 0: value past the record's end");
	fx_free(f);
}

/* Records of 24 bytes as dtrace counts: two fit into 64. */
static void fill_keeps_the_first(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct err e = {0};
	struct consume *c = start(f, &s);
	assert_int_equal(consume_set_policy(c, CONSUME_FILL, 64, &e), 0);
	for (uint64_t v = 1; v <= 4; v++)
		put(f, 0, v);
	put(f, 1, 9);
	assert_false(consume_filled(c));
	assert_int_equal(consume_drain(c, true), 0);
	assert_true(consume_filled(c));
	assert_int_equal(s.n, 0);
	assert_int_equal(consume_release(c), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.v[0], 1);
	assert_int_equal(s.v[1], 2);
	assert_int_equal(s.v[2], 9); /* of the other CPU, which has room */
	put(f, 0, 5);
	consume_drain(c, true);
	assert_int_equal(s.v[3], 5); /* no longer held back */
	consume_free(c);
	fx_free(f);
}

static void ring_keeps_the_newest(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct seen s = {0};
	struct err e = {0};
	struct consume *c = start(f, &s);
	assert_int_equal(consume_set_policy(c, CONSUME_RING, 64, &e), 0);
	for (uint64_t v = 1; v <= 9; v++)
		put(f, 0, v);
	consume_drain(c, true);
	assert_false(consume_filled(c));
	assert_int_equal(consume_release(c), 0);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.v[0], 8);
	assert_int_equal(s.v[1], 9);
	assert_non_null(s.next[0]);
	consume_free(c);
	fx_free(f);
}

static void room_for_end_is_set_aside(void **state)
{
	(void)state;
	struct fx *f = traces(1);
	struct seen s = {0};
	struct err e = {0};
	f->im.plan.segs.at[0].is_end = true;
	struct consume *c = start(f, &s);
	assert_int_equal(consume_set_policy(c, CONSUME_FILL, 24, &e), -1);
	assert_string_equal(e.text, "END enablings exceed size of principal buffer");
	consume_free(c);
	fx_free(f);
}

/* Segment 0: speculative trace; 1: commit; 2: discard; 3: plain trace. */
static struct fx *speculative(void)
{
	struct fx *f = fx_new(2);
	struct plan_seg *s = fx_seg(f);
	fx_val(f, s, fx_act(f, s, PACT_SPECULATE), ENC_INT, 8, false);
	fx_val(f, s, fx_act(f, s, PACT_TRACE), ENC_INT, 8, true);
	s = fx_seg(f);
	fx_val(f, s, fx_act(f, s, PACT_COMMIT), ENC_INT, 8, false);
	s = fx_seg(f);
	fx_val(f, s, fx_act(f, s, PACT_DISCARD), ENC_INT, 8, false);
	s = fx_seg(f);
	fx_val(f, s, fx_act(f, s, PACT_TRACE), ENC_INT, 8, true);
	f->im.plan.nspec = 2;
	return f;
}

static void spec(struct fx *f, uint32_t cpu, uint64_t id, uint64_t v)
{
	fx_rec(f, cpu, 0, 12, (uint64_t[]){id, v}, 2);
}

/* Speculation id in its nth use. */
static uint64_t use(uint64_t id, uint64_t n)
{
	return id | (2 * n + 1) << 32;
}

static void speculations_wait_for_their_commit(void **state)
{
	(void)state;
	struct fx *f = speculative();
	struct seen s = {0};
	struct consume *c = start(f, &s);
	spec(f, 0, use(1, 0), 100);
	spec(f, 1, use(2, 0), 200);
	spec(f, 1, use(1, 0), 101);
	fx_rec(f, 0, 3, 12, &(uint64_t){5}, 1);
	consume_drain(c, false);
	assert_int_equal(s.n, 1); /* the plain record alone */
	fx_rec(f, 1, 1, 12, &(uint64_t){use(1, 0)}, 1);
	consume_drain(c, false);
	/* committed records, then the committing one */
	assert_int_equal(s.n, 4);
	assert_int_equal(s.v[1], use(1, 0));
	assert_int_equal(s.cpu[1], 0);
	assert_int_equal(s.cpu[2], 1);
	fx_rec(f, 0, 2, 12, &(uint64_t){use(2, 0)}, 1);
	consume_drain(c, false);
	assert_int_equal(s.n, 5);   /* the discarding record; nothing of speculation 2 */
	spec(f, 0, use(2, 0), 299); /* too late */
	spec(f, 0, use(2, 1), 300); /* the slot again */
	fx_rec(f, 0, 1, 12, &(uint64_t){use(2, 0)}, 1); /* of the use before */
	fx_rec(f, 0, 1, 12, &(uint64_t){use(2, 1)}, 1);
	consume_drain(c, true);
	assert_int_equal(s.n, 8);
	assert_int_equal(s.v[6], use(2, 1));
	consume_free(c);
	fx_free(f);
}

static void wrong_speculations_are_harmless(void **state)
{
	(void)state;
	struct fx *f = speculative();
	struct seen s = {0};
	struct consume *c = start(f, &s);
	fx_rec(f, 0, 0, 12, (uint64_t[]){0, 1}, 2);
	fx_rec(f, 0, 0, 12, (uint64_t[]){9999, 1}, 2);
	fx_rec(f, 0, 1, 12, (uint64_t[]){0}, 1);
	fx_rec(f, 0, 2, 12, (uint64_t[]){~0ull}, 1);
	consume_drain(c, true);
	assert_int_equal(s.n, 2);
	consume_free(c);
	fx_free(f);
}

static void drops_have_the_classic_words(void **state)
{
	(void)state;
	struct fx *f = traces(2);
	struct seen s = {0};
	struct consume *c = start(f, &s);
	*(uint64_t *)(fx_cpu(f, 1) + IMAGE_BUF_DROPS) = 3;
	*(uint64_t *)(f->agg + IMAGE_AGG_DROPS) = 1;
	f->glob->dyn_drops = 2;
	f->glob->dyn_rinse = 1;
	f->glob->dyn_dirty = 4;
	f->glob->spec_drops = 1;
	f->glob->spec_busy = 2;
	f->glob->spec_unavail = 1;
	f->glob->stk_overflow = 5;
	consume_drops(c);
	assert_string_equal(s.drops, "1 aggregation drop on CPU 0\n"
				     "3 drops on CPU 1\n"
				     "2 dynamic variable drops\n"
				     "1 dynamic variable drop with non-empty rinsing list\n"
				     "4 dynamic variable drops with non-empty dirty list\n"
				     "1 speculative drop\n"
				     "2 failed speculations (available buffer(s) still busy)\n"
				     "1 failed speculation (no speculative buffer available)\n"
				     "5 jstack()/ustack() string table overflows\n");
	s.drops[0] = '\0';
	f->glob->dyn_drops = 3;
	consume_drops(c);
	assert_string_equal(s.drops, "1 dynamic variable drop\n");
	consume_free(c);
	fx_free(f);
}

static void faults_have_the_classic_words(void **state)
{
	(void)state;
	static const struct plan_probe begin = {1, "dtrace", "", "", "BEGIN"};
	char text[256];
	struct consume_error e = {.epid = 2,
				  .action = 1,
				  .offset = 16,
				  .fault = FLT_BADADDR,
				  .address = 0x10,
				  .probe = &begin};
	assert_string_equal(consume_error_text(&e, text, sizeof(text)),
			    "error on enabled probe ID 2 (ID 1: dtrace:::BEGIN): invalid address "
			    "(0x10) in action #1 at DIF offset 16");
	e.fault = FLT_DIVZERO;
	e.action = 0;
	assert_string_equal(consume_error_text(&e, text, sizeof(text)),
			    "error on enabled probe ID 2 (ID 1: dtrace:::BEGIN): divide-by-zero "
			    "in predicate at DIF offset 16");
	e.offset = (uint64_t)-1;
	e.fault = 99;
	e.action = 3;
	assert_string_equal(
	    consume_error_text(&e, text, sizeof(text)),
	    "error on enabled probe ID 2 (ID 1: dtrace:::BEGIN): unknown fault in action #3");
}

/* ---- aggregations ---- */

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
	    cmocka_unit_test(records_come_in_stamp_order),
	    cmocka_unit_test(without_temporal_cpu_by_cpu),
	    cmocka_unit_test(ring_wraps_and_tail_moves),
	    cmocka_unit_test(the_horizon_holds_back_newer_records),
	    cmocka_unit_test(an_unfinished_record_holds_back_for_a_while),
	    cmocka_unit_test(final_round_delivers_the_rest),
	    cmocka_unit_test(the_next_record_of_the_cpu_is_seen),
	    cmocka_unit_test(damage_is_counted_not_followed),
	    cmocka_unit_test(a_plan_that_does_not_fit_is_refused),
	    cmocka_unit_test(fill_keeps_the_first),
	    cmocka_unit_test(ring_keeps_the_newest),
	    cmocka_unit_test(room_for_end_is_set_aside),
	    cmocka_unit_test(speculations_wait_for_their_commit),
	    cmocka_unit_test(wrong_speculations_are_harmless),
	    cmocka_unit_test(drops_have_the_classic_words),
	    cmocka_unit_test(faults_have_the_classic_words),
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
