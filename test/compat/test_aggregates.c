/* Aggregations as consumers walk them: where keys and values lie, orders, what walks do to entries */
#include "client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>

struct seen {
	char text[4096];
	int how; /* what the walk is to be told */
};

static void say(struct seen *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct seen *s, const char *format, ...)
{
	size_t n = strlen(s->text);
	va_list ap;
	va_start(ap, format);
	vsnprintf(s->text + n, sizeof(s->text) - n, format, ap);
	va_end(ap);
}

static dtrace_hdl_t *ran(const char *text)
{
	dtrace_hdl_t *h = open_quiet();
	start(h, text);
	assert_int_equal(work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_snap(h));
	return h;
}

/* As the consumers do that know no descriptions: the key at 16, the value at 272. */
static int by_offset(const dtrace_aggdata_t *agg, void *arg)
{
	const char *at = agg->dtada_data;
	assert_int_equal(*(const int64_t *)(const void *)(at + 8), agg->dtada_desc->dtagd_varid);
	say(arg, "%s=%d ", at + 16, *(const int *)(const void *)(at + 272));
	return ((struct seen *)arg)->how;
}

static void first_key_and_value(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran("BEGIN { @n[\"three\"] = sum(3); @n[\"one\"] = sum(1); @n[\"two\"] = "
			      "sum(2); exit(0); }");
	check(h, dtrace_aggregate_walk_valsorted(h, by_offset, &s));
	assert_string_equal(s.text, "one=1 two=2 three=3 ");
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk_keysorted(h, by_offset, &s));
	assert_string_equal(s.text, "one=1 three=3 two=2 ");
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk_valrevsorted(h, by_offset, &s));
	assert_string_equal(s.text, "three=3 two=2 one=1 ");
	dtrace_close(h);
}

/* As the consumers do that go by the descriptions. */
static int by_description(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	const dtrace_recdesc_t *value = &d->dtagd_rec[d->dtagd_nrecs - 1];
	const int64_t *v = (const int64_t *)(const void *)(agg->dtada_data + value->dtrd_offset);
	assert_int_equal(agg->dtada_size, d->dtagd_size);
	assert_int_equal(value->dtrd_offset + value->dtrd_size, d->dtagd_size);
	assert_true(DTRACEACT_ISAGG(value->dtrd_action));
	say(arg, "%" PRId64 " @%s[", d->dtagd_varid, d->dtagd_name);
	for (int i = 1; i < d->dtagd_nrecs - 1; i++) {
		const dtrace_recdesc_t *rec = &d->dtagd_rec[i];
		const void *at = agg->dtada_data + rec->dtrd_offset;
		assert_int_equal(rec->dtrd_action, DTRACEACT_DIFEXPR);
		assert_int_equal((uintptr_t)at % rec->dtrd_alignment, 0);
		if (rec->dtrd_size == 8)
			say(arg, "%" PRId64 ",", *(const int64_t *)at);
		else if (rec->dtrd_size == 4)
			say(arg, "%d,", *(const int *)at);
		else if (rec->dtrd_size == 1)
			say(arg, "%d,", *(const signed char *)at);
		else
			say(arg, "%s,", (const char *)at);
	}
	say(arg, "] %x", value->dtrd_action & 0xff);
	for (uint32_t i = 0; i < value->dtrd_size / 8 && i < 4; i++)
		say(arg, " %" PRId64, v[i]);
	say(arg, " /%" PRIu64 "\n", agg->dtada_normal);
	return DTRACE_AGGWALK_NEXT;
}

static void descriptions(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h =
	    ran("BEGIN { @a[\"k\", 5, (char)-1, 7LL] = count(); @b = min(-3); @b = min(4); "
		"@c = max(9); @d = avg(10); @d = avg(20); @e = stddev(3); @e = stddev(4); "
		"@ = sum(-2); normalize(@c, 3); exit(0); }");
	check(h, dtrace_aggregate_walk_keysorted(h, by_description, &s));
	dtrace_close(h);
	assert_string_equal(s.text, "1 @a[k,5,-1,7,] 1 1 /1\n"
				    "2 @b[] 2 -3 /1\n"
				    "3 @c[] 3 9 /3\n"
				    "4 @d[] 4 2 30 /1\n"
				    "5 @e[] 6 2 7 25 0 /1\n"
				    "6 @_[] 5 -2 /1\n");
}

static int buckets(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	const dtrace_recdesc_t *value = &d->dtagd_rec[d->dtagd_nrecs - 1];
	const int64_t *v = (const int64_t *)(const void *)(agg->dtada_data + value->dtrd_offset);
	size_t n = value->dtrd_size / 8;
	if (value->dtrd_action == DTRACEAGG_QUANTIZE) {
		assert_int_equal(n, DTRACE_QUANTIZE_NBUCKETS);
		for (size_t i = 0; i < n; i++)
			if (v[i])
				say(arg, "%lld:%" PRId64 " ",
				    (long long)DTRACE_QUANTIZE_BUCKETVAL(i), v[i]);
	} else if (value->dtrd_action == DTRACEAGG_LQUANTIZE) {
		uint64_t p = (uint64_t)*v++;
		assert_int_equal(n, DTRACE_LQUANTIZE_LEVELS(p) + 3u);
		assert_int_equal(p, value->dtrd_arg);
		say(arg, "%d+%d ", DTRACE_LQUANTIZE_BASE(p), DTRACE_LQUANTIZE_STEP(p));
		for (size_t i = 0; i < n - 1; i++)
			if (v[i])
				say(arg, "%zu:%" PRId64 " ", i, v[i]);
	} else {
		uint64_t p = (uint64_t)*v++;
		assert_int_equal(value->dtrd_action, DTRACEAGG_LLQUANTIZE);
		say(arg, "%d^%d..%d/%d ", DTRACE_LLQUANTIZE_FACTOR(p), DTRACE_LLQUANTIZE_LOW(p),
		    DTRACE_LLQUANTIZE_HIGH(p), DTRACE_LLQUANTIZE_NSTEP(p));
		for (size_t i = 0; i < n - 1; i++)
			if (v[i])
				say(arg, "%zu:%" PRId64 " ", i, v[i]);
	}
	return DTRACE_AGGWALK_NEXT;
}

static void distributions(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran(
	    "BEGIN { @q = quantize(-5); @q = quantize(0); @q = quantize(1); @q = quantize(100); "
	    "@q = quantize(127); @l = lquantize(-7, -10, 10, 5); @l = lquantize(99, -10, 10, 5); "
	    "@m = llquantize(15, 10, 0, 2, 10); exit(0); }");
	check(h, dtrace_aggregate_walk_keysorted(h, buckets, &s));
	dtrace_close(h);
	assert_string_equal(s.text, "-4:1 0:1 1:1 64:2 -10+5 1:1 5:1 10^0..2/10 10:1 ");
}

/* Bounds from the parameters alone, as consumers reckon them: a bucket below, steps of each magnitude, one above. */
static int as_many_as_reckoned(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	const dtrace_recdesc_t *rec = &d->dtagd_rec[d->dtagd_nrecs - 1];
	const int64_t *v = (const int64_t *)(const void *)(agg->dtada_data + rec->dtrd_offset);
	uint64_t p = (uint64_t)*v++;
	int64_t factor = DTRACE_LLQUANTIZE_FACTOR(p), value = 1, next, step;
	int order = 0, bucket = 1, steps = DTRACE_LLQUANTIZE_STEPS(p), at = -1;
	for (; order < DTRACE_LLQUANTIZE_LMAG(p); order++)
		value *= factor;
	next = value * factor;
	step = next > steps ? next / steps : 1;
	while (order <= DTRACE_LLQUANTIZE_HMAG(p)) {
		if (value <= 15 && 15 < value + step)
			at = bucket;
		bucket++;
		if ((value += step) != next)
			continue;
		next = value * factor;
		step = next > steps ? next / steps : 1;
		order++;
	}
	assert_int_equal(bucket + 1, rec->dtrd_size / 8 - 1);
	assert_int_equal(v[at], 1);
	++*(int *)arg;
	return DTRACE_AGGWALK_NEXT;
}

static void magnitudes(void **state)
{
	int n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h =
	    ran("BEGIN { @a = llquantize(15, 10, 0, 2, 10); @b = llquantize(15, 10, 1, 6, 20); "
		"@c = llquantize(15, 2, 0, 10, 2); @d = llquantize(15, 8, 1, 3, 64); exit(0); }");
	check(h, dtrace_aggregate_walk(h, as_many_as_reckoned, &n));
	assert_int_equal(n, 4);
	dtrace_close(h);
}

static int tell(const dtrace_aggdata_t *agg, void *arg)
{
	return by_offset(agg, arg);
}

static int runs_out(const dtrace_aggdata_t *agg, void *arg)
{
	(void)agg;
	(void)arg;
	errno = ENOSPC;
	return DTRACE_AGGWALK_ERROR;
}

static void entries_removed_and_cleared(void **state)
{
	struct seen s = {.how = DTRACE_AGGWALK_REMOVE};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "int n, go; tick-1ms /n < 3/ { n++; @a[\"x\"] = count(); @a[\"y\"] = count(); } "
		 "tick-1ms /n == 3/ { n++; } tick-1ms /go/ { @a[\"y\"] = count(); exit(0); } "
		 "tick-200ms { go = 1; }");
	do
		check(h, dtrace_aggregate_snap(h));
	while (usleep(20000) == 0 && dtrace_aggregate_walk_keysorted(h, tell, &s) == 0 &&
	       !s.text[0]);
	assert_non_null(strstr(s.text, "x="));
	/* Nothing is left: what a walk removes is gone for the next one. */
	s.how = DTRACE_AGGWALK_NEXT;
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk(h, tell, &s));
	assert_string_equal(s.text, "");
	/* It comes back, counted from nothing, when it is counted again. */
	assert_int_equal(work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_walk_keysorted(h, tell, &s));
	assert_non_null(strstr(s.text, "y="));
	dtrace_aggregate_clear(h);
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk_valsorted(h, tell, &s));
	assert_non_null(strstr(s.text, "y=0"));
	s.how = DTRACE_AGGWALK_ABORT;
	assert_int_equal(dtrace_aggregate_walk(h, tell, &s), -1);
	s.how = 99;
	assert_int_equal(dtrace_aggregate_walk(h, tell, &s), -1);
	assert_non_null(strstr(dtrace_errmsg(h, dtrace_errno(h)), "Invalid return value"));
	/* An error of the function's own is the one that it left in errno. */
	assert_int_equal(dtrace_aggregate_walk(h, runs_out, NULL), -1);
	assert_int_equal(dtrace_errno(h), ENOSPC);
	dtrace_close(h);
}

static int across(const dtrace_aggdata_t *agg, void *arg)
{
	say(arg, "%s:", agg->dtada_desc->dtagd_name);
	return by_offset(agg, arg);
}

static int row(const dtrace_aggdata_t **aggs, const int n, void *arg)
{
	say(arg, "%s:", aggs[0]->dtada_data + 16);
	for (int i = 1; i < n; i++)
		say(arg, " %d", *(const int *)(const void *)(aggs[i]->dtada_data + 272));
	say(arg, "\n");
	return DTRACE_AGGWALK_NEXT;
}

static void several_at_once(void **state)
{
	struct seen s = {0};
	dtrace_aggvarid_t ids[] = {2, 1}, none[] = {3};
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran("BEGIN { @a[\"p\"] = sum(3); @a[\"q\"] = sum(1); @b[\"q\"] = sum(2); "
			      "@b[\"r\"] = sum(4); exit(0); }");
	check(h, dtrace_aggregate_walk_valvarsorted(h, across, &s));
	assert_string_equal(s.text, "a:q=1 b:q=2 a:p=3 b:r=4 ");
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk_keyvarsorted(h, across, &s));
	assert_string_equal(s.text, "a:p=3 a:q=1 b:q=2 b:r=4 ");
	s.text[0] = '\0';
	check(h, dtrace_aggregate_walk_joined(h, ids, 2, row, &s));
	assert_string_equal(s.text, "p: 0 3\nq: 2 1\nr: 4 0\n");
	assert_int_equal(dtrace_aggregate_walk_joined(h, none, 1, row, &s), -1);
	dtrace_close(h);
}

/* Every order there is: by variable and then key or value, or the other way round; each of them reversed. */
static void orders(void **state)
{
	static const struct {
		dtrace_aggregate_walk_f *walk;
		const char *text;
	} all[] = {
	    {dtrace_aggregate_walk_keysorted, "a:p=3 a:q=1 b:q=2 b:r=4 "},
	    {dtrace_aggregate_walk_keyrevsorted, "b:r=4 b:q=2 a:q=1 a:p=3 "},
	    {dtrace_aggregate_walk_valsorted, "a:q=1 a:p=3 b:q=2 b:r=4 "},
	    {dtrace_aggregate_walk_valrevsorted, "b:r=4 b:q=2 a:p=3 a:q=1 "},
	    {dtrace_aggregate_walk_keyvarsorted, "a:p=3 a:q=1 b:q=2 b:r=4 "},
	    {dtrace_aggregate_walk_keyvarrevsorted, "b:r=4 b:q=2 a:q=1 a:p=3 "},
	    {dtrace_aggregate_walk_valvarsorted, "a:q=1 b:q=2 a:p=3 b:r=4 "},
	    {dtrace_aggregate_walk_valvarrevsorted, "b:r=4 a:p=3 b:q=2 a:q=1 "},
	    {dtrace_aggregate_walk_sorted, "a:q=1 a:p=3 b:q=2 b:r=4 "},
	};
	struct seen s;
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran("BEGIN { @a[\"p\"] = sum(3); @a[\"q\"] = sum(1); @b[\"q\"] = sum(2); "
			      "@b[\"r\"] = sum(4); exit(0); }");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		s = (struct seen){0};
		check(h, all[i].walk(h, across, &s));
		if (strcmp(s.text, all[i].text) != 0)
			fail_msg("%zu: %s", i, s.text);
	}
	dtrace_close(h);
}

static void printed(void **state)
{
	char *text = NULL;
	size_t n;
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran("BEGIN { @a[\"big\"] = sum(30); @a[\"small\"] = sum(1); exit(0); }");
	FILE *out = open_memstream(&text, &n);
	check(h, dtrace_aggregate_print(h, out, NULL));
	check(h, dtrace_aggregate_print(h, out, dtrace_aggregate_walk_valrevsorted));
	fclose(out);
	dtrace_close(h);
	char want[512], big[128], little[128];
	snprintf(big, sizeof(big), "  %-50s %16d\n", "big", 30);
	snprintf(little, sizeof(little), "  %-50s %16d\n", "small", 1);
	snprintf(want, sizeof(want), "%s%s%s%s", little, big, big, little);
	assert_string_equal(text, want);
	free(text);
}

/* Option aggpercpu: the CPUs' own values add up. As intrstat does, what one call was given is read in the
 * next: the count and the time of a key, one after the other. */
struct pairs {
	const dtrace_aggdata_t *count;
	int n;
};

static int64_t of_cpus(const dtrace_aggdata_t *agg, size_t word)
{
	int64_t sum = 0;
	for (long cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++)
		sum += ((const int64_t *)(const void *)agg->dtada_percpu[cpu])[word];
	return sum;
}

static const int64_t *value_of(const dtrace_aggdata_t *agg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	return (const int64_t *)(const void *)(agg->dtada_data +
					       d->dtagd_rec[d->dtagd_nrecs - 1].dtrd_offset);
}

static int pair(const dtrace_aggdata_t *agg, void *arg)
{
	struct pairs *p = arg;
	assert_non_null(agg->dtada_percpu);
	if (!p->count) {
		p->count = agg;
		return DTRACE_AGGWALK_NEXT;
	}
	assert_string_equal(p->count->dtada_desc->dtagd_name, "n");
	assert_string_equal(agg->dtada_desc->dtagd_name, "t");
	assert_string_equal(p->count->dtada_data + 16, agg->dtada_data + 16);
	assert_true(*value_of(p->count) > 0);
	assert_int_equal(*value_of(agg), *value_of(p->count) * 3);
	assert_int_equal(of_cpus(p->count, 0), *value_of(p->count));
	assert_int_equal(of_cpus(agg, 0), *value_of(agg));
	p->count = NULL;
	p->n++;
	return DTRACE_AGGWALK_NEXT;
}

static int words_add_up(const dtrace_aggdata_t *agg, void *arg)
{
	const dtrace_aggdesc_t *d = agg->dtada_desc;
	const dtrace_recdesc_t *rec = &d->dtagd_rec[d->dtagd_nrecs - 1];
	bool parameters = rec->dtrd_action == DTRACEAGG_LQUANTIZE;
	assert_true(!parameters ||
		    *(const uint64_t *)(const void *)agg->dtada_percpu[0] == rec->dtrd_arg);
	for (size_t i = parameters; i < rec->dtrd_size / 8; i++)
		assert_int_equal(of_cpus(agg, i), value_of(agg)[i]);
	++*(int *)arg;
	return DTRACE_AGGWALK_NEXT;
}

static void of_each_cpu(void **state)
{
	struct pairs p = {0};
	int n = 0;
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	check(h, dtrace_setopt(h, "aggrate", "0"));
	check(h, dtrace_setopt(h, "aggpercpu", 0));
	start(h, "profile-499 { @n[\"a\"] = count(); @t[\"a\"] = sum(3); @n[\"b\"] = count(); "
		 "@t[\"b\"] = sum(3); @n[\"a\"] = count(); @t[\"a\"] = sum(3); } tick-200ms { "
		 "exit(0); }");
	assert_int_equal(work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_snap(h));
	check(h, dtrace_aggregate_walk_keyvarsorted(h, pair, &p));
	assert_int_equal(p.n, 2);
	dtrace_close(h);

	h = open_quiet();
	check(h, dtrace_setopt(h, "aggpercpu", 0));
	start(h, "profile-499 { @a = avg(7); @q = quantize(100); @l = lquantize(4, 0, 10); @s = "
		 "stddev(9); } "
		 "tick-100ms { exit(0); }");
	assert_int_equal(work(h, NULL, NULL, NULL, NULL), DTRACE_WORKSTATUS_DONE);
	check(h, dtrace_aggregate_snap(h));
	check(h, dtrace_aggregate_walk(h, words_add_up, &n));
	assert_int_equal(n, 4);
	dtrace_close(h);
}

/* Those of a walk stay while another one goes on within it, and after it. */
static const dtrace_aggdata_t *kept[8];
static int nkept;

static int keep(const dtrace_aggdata_t *agg, void *arg)
{
	kept[nkept++] = agg;
	return arg ? dtrace_aggregate_walk_valsorted(arg, keep, NULL) : DTRACE_AGGWALK_NEXT;
}

static void entries_stay(void **state)
{
	static const char *const keys[] = {"x", "x", "y", "y", "x", "y"};
	(void)state;
	need_root();
	dtrace_hdl_t *h = ran("BEGIN { @[\"y\"] = sum(2); @[\"x\"] = sum(1); exit(0); }");
	nkept = 0;
	check(h, dtrace_aggregate_walk_keysorted(h, keep, h));
	assert_int_equal(nkept, 6);
	for (int i = 0; i < nkept; i++) {
		assert_string_equal(kept[i]->dtada_data + 16, keys[i]);
		assert_null(kept[i]->dtada_percpu);
	}
	dtrace_close(h);
}

/* Without a round after it, stop leaves the aggregations as they were. */
static void stop_is_enough(void **state)
{
	struct seen s = {0};
	(void)state;
	need_root();
	dtrace_hdl_t *h = open_quiet();
	start(h, "BEGIN { @a[\"k\"] = sum(5); } END { @a[\"end\"] = sum(6); }");
	check(h, dtrace_stop(h));
	check(h, dtrace_aggregate_walk_valsorted(h, by_offset, &s));
	dtrace_close(h);
	assert_string_equal(s.text, "k=5 end=6 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(first_key_and_value),
	    cmocka_unit_test(descriptions),
	    cmocka_unit_test(distributions),
	    cmocka_unit_test(entries_removed_and_cleared),
	    cmocka_unit_test(several_at_once),
	    cmocka_unit_test(orders),
	    cmocka_unit_test(printed),
	    cmocka_unit_test(stop_is_enough),
	    cmocka_unit_test(of_each_cpu),
	    cmocka_unit_test(entries_stay),
	    cmocka_unit_test(magnitudes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
