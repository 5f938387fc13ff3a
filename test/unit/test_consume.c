/* consume/: order, unfinished and aborted records, speculations, drops, faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

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
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
