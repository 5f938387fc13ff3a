/* output/: exact text of aggregations: printa(), drawings of distributions, histograms, packed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "screen_fixture.h"

static void printa(struct fx *f, struct plan_seg *seg, uint32_t agg)
{
	struct plan_action *a = fx_act(f, seg, PACT_PRINTA);
	*vec_push(&a->aggs, f->im.arena) = agg;
}

/* An aggregation without keys, printed by printa(). */
static const char *drawn(struct screen *s, const struct plan_agg *a, const int64_t *cells, size_t n)
{
	struct fx *f = s->f;
	memset(f->agg, 0, FX_AGG);
	memcpy(fx_cell(f, 0, a->id, 0, NULL), cells, n * 8);
	struct plan_seg *seg = fx_seg(f);
	printa(f, seg, a->id);
	if (s->o) {
		output_free(s->o);
		consume_free(s->c);
		aggs_free(s->aggs);
		s->aggs = NULL;
		s->o = NULL;
	}
	fx_rec(f, 0, seg->id, 12, NULL, 0);
	s->n = 0;
	s->text[0] = '\0';
	return run(s);
}

#define TITLE "           value  ------------- Distribution ------------- count    \n"

static void quantize_drawings(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	const struct plan_agg *a = fx_agg(f, "q", AGG_QUANTIZE, 127, 64);
	int64_t c[127] = {0};
	c[AGG_QUANTIZE_ZERO + 1] = 3;
	c[AGG_QUANTIZE_ZERO + 3] = 1;
	assert_string_equal(drawn(s, a, c, 127),
			    "\n\n" TITLE
			    "               0 |                                         0        \n"
			    "               1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           3        \n"
			    "               2 |                                         0        \n"
			    "               4 |@@@@@@@@@@                               1        \n"
			    "               8 |                                         0        \n"
			    "\n");
	memset(c, 0, sizeof(c));
	c[0] = 1; /* the least bucket has none before it */
	c[1] = -1;
	assert_string_equal(
	    drawn(s, a, c, 127),
	    "\n\n" TITLE
	    "-4611686018427387904                     |@@@@@@@@@@           1        \n"
	    "-2305843009213693952           @@@@@@@@@@|                     -1       \n"
	    "-1152921504606846976                     |                     0        \n"
	    "\n");
	memset(c, 0, sizeof(c));
	c[126] = 2;
	c[125] = 2;
	assert_string_equal(
	    drawn(s, a, c, 127),
	    "\n\n" TITLE "1152921504606846976 |                                         0        \n"
	    "2305843009213693952 |@@@@@@@@@@@@@@@@@@@@                     2        \n"
	    "4611686018427387904 |@@@@@@@@@@@@@@@@@@@@                     2        \n"
	    "\n");
	memset(c, 0, sizeof(c));
	c[AGG_QUANTIZE_ZERO] = -4;
	c[AGG_QUANTIZE_ZERO + 1] = -4;
	assert_string_equal(drawn(s, a, c, 127),
			    "\n\n" TITLE
			    "              -1                                         | 0        \n"
			    "               0                     @@@@@@@@@@@@@@@@@@@@| -4       \n"
			    "               1                     @@@@@@@@@@@@@@@@@@@@| -4       \n"
			    "               2                                         | 0        \n"
			    "\n");
	done(s);
}

static void cleared_distributions_show_three_lines(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	const struct plan_agg *a = fx_agg(f, "q", AGG_QUANTIZE, 127, 64);
	int64_t c[127] = {0};
	c[AGG_QUANTIZE_ZERO + 1] = 3;
	drawn(s, a, c, 127);
	aggs_clear(s->aggs, 0);
	struct agg_sort by_value = {0};
	size_t n;
	const struct agg_entry *e = aggs_sorted(s->aggs, 0, &by_value, &n);
	assert_int_equal(n, 1);
	s->n = 0;
	output_entry(s->o, e, 1);
	output_flush(s->o);
	assert_string_equal(s->text,
			    "\n" TITLE
			    "              -1 |                                         0        \n"
			    "               0 |                                         0        \n"
			    "               1 |                                         0        \n"
			    "\n");
	done(s);
}

static void lquantize_drawings(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	struct plan_agg *a = fx_agg(f, "l", AGG_LQUANTIZE, 6, 64);
	a->base = -10;
	a->limit = 30;
	a->step = 10;
	int64_t c[6] = {1, 0, 0, 0, 0, 1};
	assert_string_equal(drawn(s, a, c, 6),
			    "\n\n" TITLE
			    "           < -10 |@@@@@@@@@@@@@@@@@@@@                     1        \n"
			    "             -10 |                                         0        \n"
			    "               0 |                                         0        \n"
			    "              10 |                                         0        \n"
			    "              20 |                                         0        \n"
			    "           >= 30 |@@@@@@@@@@@@@@@@@@@@                     1        \n"
			    "\n");
	int64_t d[6] = {0, 0, 0, 5, 0, 0};
	assert_string_equal(drawn(s, a, d, 6),
			    "\n\n" TITLE
			    "               0 |                                         0        \n"
			    "              10 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 5        \n"
			    "              20 |                                         0        \n"
			    "\n");
	done(s);
}

static void llquantize_drawings(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	struct plan_agg *a = fx_agg(f, "ll", AGG_LLQUANTIZE, 0, 64);
	a->factor = 10;
	a->low = 0;
	a->high = 2;
	a->nsteps = 10;
	a->ncells = agg_llquantize_buckets(a);
	assert_int_equal(a->ncells, 29); /* below, 9 a decade, above */
	int64_t c[29] = {0};
	c[0] = 1;
	c[9] = 2;
	c[10] = 1;
	assert_string_equal(drawn(s, a, c, 29),
			    "\n\n" TITLE
			    "             < 1 |@@@@@@@@@@                               1        \n"
			    "               1 |                                         0        \n"
			    "               2 |                                         0        \n"
			    "               3 |                                         0        \n"
			    "               4 |                                         0        \n"
			    "               5 |                                         0        \n"
			    "               6 |                                         0        \n"
			    "               7 |                                         0        \n"
			    "               8 |                                         0        \n"
			    "               9 |@@@@@@@@@@@@@@@@@@@@                     2        \n"
			    "              10 |@@@@@@@@@@                               1        \n"
			    "              20 |                                         0        \n"
			    "\n");
	memset(c, 0, sizeof(c));
	c[28] = 7;
	assert_string_equal(drawn(s, a, c, 29),
			    "\n\n" TITLE
			    "             900 |                                         0        \n"
			    "         >= 1000 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 7        \n"
			    "\n");
	done(s);
}

static void default_layouts(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, 64);
	fx_key(f, a, ENC_STR, 16, false);
	fx_key(f, a, ENC_INT, 4, true);
	fx_table(a, 8);
	struct {
		char s[16];
		int64_t v;
	} k1 = {"bash", -1}, k2 = {"dtrace", 44};
	*fx_cell(f, 0, 0, 0, &k1) = 7;
	*fx_cell(f, 0, 0, 1, &k2) = 3;
	struct plan_agg *b = fx_agg(f, "b", AGG_AVG, 2, 4096);
	fx_key(f, b, ENC_STR, 16, false);
	fx_key(f, b, ENC_INT, 4, true);
	fx_table(b, 8);
	uint64_t *avg = fx_cell(f, 0, 1, 0, &k1);
	avg[0] = 2;
	avg[1] = (uint64_t)-9;
	struct plan_agg *c = fx_agg(f, "c", AGG_SUM, 1, 16384);
	*fx_cell(f, 0, c->id, 0, NULL) = (uint64_t)-100;
	struct plan_seg *seg = fx_seg(f);
	printa(f, seg, 0);
	seg = fx_seg(f);
	struct plan_action *both = fx_act(f, seg, PACT_PRINTA);
	*vec_push(&both->aggs, f->im.arena) = 0;
	*vec_push(&both->aggs, f->im.arena) = 1;
	seg = fx_seg(f);
	both = fx_act(f, seg, PACT_PRINTA);
	*vec_push(&both->aggs, f->im.arena) = 0;
	*vec_push(&both->aggs, f->im.arena) = 1;
	both->format = "%-8s %d: %@5u %@d %@d\n";
	fx_rec(f, 0, 0, 12, NULL, 0);
	assert_string_equal(
	    run(s),
	    "\n"
	    "  dtrace                                                   44                3\n"
	    "  bash                                                     -1                7\n");
	s->n = 0;
	fx_rec(f, 0, 1, 12, NULL, 0);
	assert_string_equal(
	    run(s), "\n"
		    "  dtrace                                                   44                3"
		    "                0\n"
		    "  bash                                                     -1                7"
		    "               -4\n");
	s->n = 0;
	fx_rec(f, 0, 2, 12, NULL, 0);
	assert_string_equal(run(s), "dtrace   44:     3 0 0\nbash     -1:     7 -4 -4\n");
	s->n = 0;
	aggs_normalize(s->aggs, c->id, 7);
	output_finish(s->o, 0); /* @a and @b have been printed */
	assert_string_equal(s->text, "\n              -14\n");
	done(s);
}

static void histograms_of_keys(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	s->opts.agghist = true;
	struct plan_agg *a = fx_agg(f, "a", AGG_COUNT, 1, 64);
	fx_key(f, a, ENC_STR, 16, false);
	fx_table(a, 8);
	*fx_cell(f, 0, 0, 0, "bash\0\0\0\0\0\0\0\0\0\0\0\0") = 3;
	*fx_cell(f, 0, 0, 1, "init\0\0\0\0\0\0\0\0\0\0\0\0") = 1;
	run(s);
	output_finish(s->o, 0);
	assert_string_equal(
	    s->text, "\n\n"
		     "              key  ------------- Distribution ------------- count    \n"
		     "             init |@@@@@@@@@@                               1        \n"
		     "             bash |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@           3        \n");
	s->n = 0;
	s->opts.aggzoom = true;
	output_finish(s->o, 0);
	assert_string_equal(
	    s->text, "\n\n"
		     "              key  ------------- Distribution ------------- count    \n"
		     "             init |@@@@@@@@@@@@@                            1        \n"
		     "             bash |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@   3        \n");
	done(s);
}

static void packed_distributions(void **state)
{
	(void)state;
	struct fx *f = fx_new(1);
	struct screen *s = screen_of(f);
	s->opts.aggpack = true;
	s->opts.encoding = ENCODING_ASCII;
	struct plan_agg *a = fx_agg(f, "q", AGG_QUANTIZE, 127, 64);
	fx_key(f, a, ENC_STR, 8, false);
	fx_table(a, 4);
	uint64_t *c = fx_cell(f, 0, 0, 0, "x\0\0\0\0\0\0\0");
	c[AGG_QUANTIZE_ZERO + 1] = 3;
	c[AGG_QUANTIZE_ZERO + 2] = 1;
	c = fx_cell(f, 0, 0, 1, "y\0\0\0\0\0\0\0");
	c[AGG_QUANTIZE_ZERO + 4] = 1;
	run(s);
	output_finish(s->o, 0);
	assert_string_equal(s->text, "\n\n"
				     "              key  min .------. max  | count\n"
				     "                x    0 : xx   : 16   | 4\n"
				     "                y    0 :    X : 16   | 1\n");
	s->n = 0;
	s->opts.encoding = ENCODING_UTF8;
	output_finish(s->o, 0);
	assert_non_null(strstr(s->text, "                y    0 :    \xe2\x96\x88 : 16   | 1\n"));
	done(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(quantize_drawings),
	    cmocka_unit_test(cleared_distributions_show_three_lines),
	    cmocka_unit_test(lquantize_drawings),
	    cmocka_unit_test(llquantize_drawings),
	    cmocka_unit_test(default_layouts),
	    cmocka_unit_test(histograms_of_keys),
	    cmocka_unit_test(packed_distributions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
