/* analytics/metric: names, buckets, frames, files of statistics, the programs they become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "analytics/metric/catalogue.h"
#include "analytics/metric/frame.h"
#include "analytics/metric/scope.h"

/* ---- names ---- */

static void names_have_one_canonical_text(void **state)
{
	static const char *const same[][2] = {
	    {"io.ops", "io.ops"},
	    {"io.ops[b=2][a=1]", "io.ops[a=1][b=2]"},
	    {"io.ops[a=1][a=1][x]", "io.ops[a=1][x]"},
	    {"io.ops[a=\"x\"]", "io.ops[a=x]"},
	    {"io.ops[a=\"x y\"]", "io.ops[a=\"x y\"]"},
	    {"io.ops[a=\"q\\\"\\\\]\"]", "io.ops[a=\"q\\\"\\\\]\"]"},
	    {"io.ops[latency=1..20]", "io.ops[latency=1..20]"},
	    {"io.ops[a=\"1..2\"]", "io.ops[a=\"1..2\"]"},
	    {"io.ops[a=x..y]", "io.ops[a=\"x..y\"]"},
	    {"io.ops[a!=x][b<=3][c>-1]", "io.ops[a!=x][b<=3][c>-1]"},
	    {"io.ops[path=/a/b.c:d]", "io.ops[path=/a/b.c:d]"},
	    {"io.ops[a=\"\"]", "io.ops[a=\"\"]"},
	    {"io.ops[a=y=x=y]", "io.ops[a=x=y]"},
	    {"io.ops[a=x=x]", "io.ops[a=x]"},
	    {"io.ops[a=x=y][a=y=x][a=x=y=z]", "io.ops[a=x=y][a=x=y=z]"},
	    {"io.ops[a=\"x y\"=b=\"1..2\"=\"\"]", "io.ops[a=\"\"=\"1..2\"=b=\"x y\"]"},
	    {"io.ops[pid=7=12][b]", "io.ops[pid=12=7][b]"},
	};
	struct arena *a = arena_new();
	(void)state;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct name n;
		struct err e = {0};
		BUF_AUTO out = {0};
		assert_int_equal(name_parse(same[i][0], a, &n, &e), 0);
		name_text(&n, &out);
		assert_string_equal(buf_str(&out), same[i][1]);
		buf_clear(&out);
		assert_int_equal(name_parse(same[i][1], a, &n, &e), 0);
		name_text(&n, &out);
		assert_string_equal(buf_str(&out), same[i][1]);
	}
	arena_free(a);
}

static void names_that_are_none(void **state)
{
	static const char *const bad[][2] = {
	    {"", "column 1"},
	    {"Io.ops", "column 1"},
	    {"io.", "column 3"},
	    {"io[", "column 4"},
	    {"io[a", "column 5"},
	    {"io[a=", "column 6"},
	    {"io[a=1", "column 7"},
	    {"io[a][b=1]", "before the fields"},
	    {"io[a][b][c]", "more than two"},
	    {"io[a][a]", "already"},
	    {"io[a=\"x]", "closing"},
	    {"io[a=1..x]", "ends with a number"},
	    {"io x", "column 3"},
	    {"io[a=b c]", "quoted"},
	    {"io[a=b=]", "column 8: a value"},
	    {"io[a!=b=c]", "behind = only"},
	    {"io[a=1..2=3]", "behind = only"},
	    {"io[a=b=c][d][d=e=f]", "before the fields"},
	    {"io[a=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1=1]",
	     "more than 32"},
	};
	struct arena *a = arena_new();
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct name n;
		struct err e = {0};
		assert_int_equal(name_parse(bad[i][0], a, &n, &e), -1);
		assert_non_null(strstr(e.text, bad[i][1]));
	}
	arena_free(a);
}

/* ---- schemes ---- */

static void every_value_is_in_its_bucket(void **state)
{
	static const char *const texts[] = {"quantize()",
					    "lquantize(0,100,1)",
					    "lquantize(-50,50,7)",
					    "llquantize(10,3,11,20)",
					    "llquantize(10,0,6,100)",
					    "llquantize(2,0,30,4)",
					    "llquantize(10,0,17,10)"};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct scheme s;
		struct err e = {0};
		char back[64];
		assert_int_equal(scheme_parse(texts[i], &s, &e), 0);
		assert_string_equal(scheme_text(&s, back, sizeof(back)), texts[i]);
		int64_t lo, hi, before = INT64_MIN;
		for (uint32_t b = 0; b < scheme_nbuckets(&s); b++, before = hi) {
			scheme_bounds(&s, b, &lo, &hi);
			if (b || s.type == SCHEME_LOG2)
				assert_true(lo == before || b == 0);
			assert_true(lo < hi);
			assert_int_equal(scheme_bucket(&s, lo), b);
			assert_int_equal(scheme_bucket(&s, hi - 1), b);
		}
		assert_true(hi == INT64_MAX);
		for (int64_t v = -1000; v < 2000000; v = v < 5000 ? v + 1 : v + v / 7) {
			scheme_bounds(&s, scheme_bucket(&s, v), &lo, &hi);
			assert_true(v >= lo && v < hi);
		}
	}
}

static void schemes_that_d_would_refuse(void **state)
{
	static const char *const bad[] = {"",
					  "quantize",
					  "lquantize(5,5,1)",
					  "lquantize(0,10,0)",
					  "llquantize(10,3,11)",
					  "llquantize(10,5,3,20)",
					  "llquantize(10,0,30,20)",
					  "llquantize(1,0,3,20)",
					  "llquantize(10,3,11,15)",
					  "llquantize(10,3,11,20) x",
					  "lquantize(0,99999999,1)"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct scheme s;
		struct err e = {0};
		assert_int_equal(scheme_parse(bad[i], &s, &e), -1);
	}
}

/* ---- frames ---- */

static void frames_keep_totals_when_keys_are_cut(void **state)
{
	struct frame_cell cells[1000];
	struct frame f = {.ncells = 1000, .cells = cells};
	int64_t total = 0;
	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		cells[i] = (struct frame_cell){FRAME_FIRST_KEY + (i * 37) % 500, (int32_t)(i % 2),
					       (i * 37) % 500};
		total += cells[i].value;
	}
	frame_sort(&f);
	assert_int_equal(f.ncells, 500 * 1); /* i and i + 500 fall on one key and bucket */
	frame_top(&f, 10);
	assert_int_equal(frame_total(&f), total);
	assert_true(f.flags & FRAME_KEYS_CUT);
	uint32_t keys = 0;
	for (uint32_t i = 0; i < f.ncells; i++) {
		assert_true(i == 0 || f.cells[i - 1].key < f.cells[i].key ||
			    (f.cells[i - 1].key == f.cells[i].key &&
			     f.cells[i - 1].bucket < f.cells[i].bucket));
		keys += f.cells[i].key >= FRAME_FIRST_KEY;
		/* The greatest ones. */
		assert_true(f.cells[i].key == FRAME_OTHER ||
			    f.cells[i].key >= FRAME_FIRST_KEY + 490);
	}
	assert_int_equal(keys, 10);
}

/* ---- files of statistics ---- */

#define HEAD                                                                                       \
	"name: t.ops\ntitle: T\ngroup: G\nunit: ops/s\nmode: rate\nsource: d\nstability: "         \
	"Stable\ndescription: One.\n more.\n"
#define FIELDS                                                                                     \
	"field: zone\n  title: zone\n  type: discrete\n  text: yes\n  expr: zonename\n  early: "   \
	"zonename\n"                                                                               \
	"field: pid\n  title: pid\n  type: discrete\n  expr: pid\n"                                \
	"field: latency\n  title: latency\n  type: numeric\n  unit: ns\n  expr: timestamp - "      \
	"self->t\n"                                                                                \
	"  scheme: llquantize(10,3,11,20)\n"
#define CLAUSES                                                                                    \
	"clauses:\n%if latency\nx:::entry / $early / { self->t = timestamp; }\n%else\nx:::other "  \
	"{ }\n%end\n"                                                                              \
	"x:::return / $when / { $count; }\n"

static void programs_have_predicates_and_breakdown(void **state)
{
	static const char *const made[][2] = {
	    {"t.ops", "x:::other { }\nx:::return / 1 / { @value = count(); }\n"},
	    {"t.ops[pid=7][zone]",
	     "x:::other { }\nx:::return / (pid) == 7 / { @value[zonename] = count(); }\n"},
	    {"t.ops[zone=\"a\\\"b\"][latency]",
	     "x:::entry / (zonename) == \"a\\\"b\" / { self->t = timestamp; }\nx:::return / "
	     "(zonename) == \"a\\\"b\" / { "
	     "@value = llquantize(timestamp - self->t,10,3,11,20); @value_sum = sum(timestamp - "
	     "self->t); }\n"},
	    {"t.ops[latency=5..9]", "x:::entry / 1 / { self->t = timestamp; }\nx:::return / "
				    "(timestamp - self->t) >= 5 && (timestamp - self->t) <= "
				    "9 / { @value = count(); }\n"},
	    {"t.ops[zone=web=\"a\\\"b\"][pid=8=7]",
	     "x:::other { }\nx:::return / ((pid) == 7 || (pid) == 8) && ((zonename) == \"a\\\"b\" "
	     "|| "
	     "(zonename) == \"web\") / { @value = count(); }\n"},
	};
	struct arena *a = arena_new();
	struct metric_stat s;
	struct err e = {0};
	(void)state;
	assert_int_equal(
	    catalogue_parse(a, HEAD "value: count()\n" FIELDS CLAUSES, "t.stat", NULL, &s, &e), 0);
	assert_string_equal(s.description, "One. more.");
	struct catalogue c = {a, {&s, 1, 1}};
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct metric m;
		assert_int_equal(catalogue_resolve(&c, made[i][0], a, &m, &e), 0);
		assert_string_equal(metric_program(&m, a, &e), made[i][1]);
	}
	struct metric m;
	assert_int_equal(catalogue_resolve(&c, "t.ops[latency][pid]", a, &m, &e), 0);
	assert_string_equal(m.canonical, "t.ops[pid][latency]");
	assert_int_equal(m.kind, METRIC_KEYED_DIST);
	static const char *const zones[][2] = {
	    {"t.ops[zone=web][pid]", "web"},
	    {"t.ops[zone=web=db][zone=db=x]", "db"},
	    {"t.ops[zone=web=db][zone!=db]", "db,web"},
	    {"t.ops[zone=web=db][pid=1=2]", "db,web"},
	    {"t.ops[zone=web][zone=db]", NULL},
	    {"t.ops[zone!=web]", NULL},
	    {"t.ops[zone=\"web,db\"]", NULL},
	    {"t.ops[pid=1]", NULL},
	};
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		assert_int_equal(catalogue_resolve(&c, zones[i][0], a, &m, &e), 0);
		const char *got = metric_zones(&m, a);
		assert_string_equal(got ? got : "none", zones[i][1] ? zones[i][1] : "none");
	}
	arena_free(a);
}

/* Who asks: what a tenant of some zones covers, and what is no list of zones. */
static void scopes(void **state)
{
	static const struct {
		const char *scope, *zones;
		bool covers;
	} pairs[] = {
	    {NULL, "web", true},	{NULL, "", true},
	    {"web", "web", true},	{"web", "", false},
	    {"web", NULL, false},	{"web", "we", false},
	    {"we", "web", false},	{"db,web", "web", true},
	    {"db,web", "db,web", true}, {"db,web", "db,web,x", false},
	    {"web", "db,web", false},	{"db,web", "b,web", false},
	    {"db,web", "db,we", false},
	};
	const char *zones[] = {"web", "db", "web"}, *comma[] = {"a,b"}, *none[] = {""};
	const char *many[SCOPE_MAX_ZONES + 1], *longs[SCOPE_MAX_ZONES];
	char out[SCOPE_BYTES], text[SCOPE_MAX_ZONES][SCOPE_ZONE_BYTES];
	struct err e = {0};
	struct arena *a = arena_new();
	unsigned n;
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_int_equal(scope_covers(pairs[i].scope, pairs[i].zones), pairs[i].covers);
	assert_int_equal(scope_of(zones, 3, out, &e), 0);
	assert_string_equal(out, "db,web");
	assert_true(scope_has(out, "db") && !scope_has(out, "d") && !scope_has(out, "db,web"));
	const char **names = scope_zones(out, a, &n);
	assert_true(n == 2 && strcmp(names[0], "db") == 0 && strcmp(names[1], "web") == 0);
	assert_int_equal(scope_of(comma, 1, out, &e), -1);
	assert_int_equal(scope_of(none, 1, out, &e), -1);
	assert_int_equal(scope_of(zones, 0, out, &e), -1);
	for (unsigned i = 0; i <= SCOPE_MAX_ZONES; i++)
		many[i] = "a";
	assert_int_equal(scope_of(many, SCOPE_MAX_ZONES + 1, out, &e), -1);
	assert_int_equal(scope_of(many, SCOPE_MAX_ZONES, out, &e), 0);
	assert_string_equal(out, "a");
	for (unsigned i = 0; i < SCOPE_MAX_ZONES; i++) {
		snprintf(text[i], sizeof(text[i]), "%062u", i);
		longs[i] = text[i];
	}
	assert_int_equal(scope_of(longs, 8, out, &e), 0);
	assert_int_equal(scope_of(longs, 9, out, &e), -1);
	arena_free(a);
}

static void names_that_do_not_resolve(void **state)
{
	static const char *const bad[][2] = {{"x.ops", "no statistic"},
					     {"t.ops[nofield]", "zone, pid, latency"},
					     {"t.ops[zone<5]", "only = and !="},
					     {"t.ops[pid=web]", "is a number"},
					     {"t.ops[pid=1=web]", "\"web\" is none"},
					     {"t.ops[latency=9..5]", "empty"},
					     {"t.ops[pid][zone]", "both keys"}};
	struct arena *a = arena_new();
	struct metric_stat s;
	struct err e = {0};
	(void)state;
	assert_int_equal(
	    catalogue_parse(a, HEAD "value: count()\n" FIELDS CLAUSES, "t.stat", NULL, &s, &e), 0);
	struct catalogue c = {a, {&s, 1, 1}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct metric m;
		assert_int_equal(catalogue_resolve(&c, bad[i][0], a, &m, &e), -1);
		assert_non_null(strstr(e.text, bad[i][1]));
	}
	arena_free(a);
}

static void files_that_are_wrong(void **state)
{
	static const char *const bad[][2] = {
	    {"nonsense\n", "t.stat:1: \"nonsense\""},
	    {"# c\n\nfoo: bar\n", "t.stat:3: there is no key \"foo\""},
	    {"name: x\nname: y\n", "t.stat:2: name is told twice"},
	    {"mode: sometimes\n", "t.stat:1: mode"},
	    {"source: x\n", "t.stat:1: source"},
	    {HEAD "value: max(x)\n", "t.stat:10: value"},
	    {HEAD "value: count()\n" FIELDS "clauses:\nx { }\n", "no clause says $count"},
	    {HEAD FIELDS "clauses:\nx { $count; }\n", "no \"value:\""},
	    {HEAD "field: a\n", "it has no title"},
	    {HEAD "field: n\n  title: n\n  type: numeric\n  expr: 1\nclauses:\n", "need a scheme"},
	    {HEAD "field: n\n  title: n\n  type: numeric\n  scheme: x\n",
	     "t.stat:13: x: not a scheme"},
	    {HEAD "field: A\n", "t.stat:10: \"A\" is no name"},
	    {"  title: x\n", "indented"},
	    {HEAD "value: count()\n" FIELDS "clauses:\n%if nofield\n$count\n%end\n",
	     "t.stat:28: %if: there is no field"},
	    {HEAD "value: count()\n" FIELDS "clauses:\n%if pid\n$count\n", "%if without %end"},
	    {HEAD "value: count()\n" FIELDS "clauses:\n%end\n$count\n", "%end without %if"},
	    {HEAD "value: count()\n" FIELDS "clauses:\n%what\n$count\n", "begins with %"},
	    {"scale: -1\n", "scale"},
	};
	struct arena *a = arena_new();
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct metric_stat s;
		struct err e = {0};
		assert_int_equal(catalogue_parse(a, bad[i][0], "t.stat", NULL, &s, &e), -1);
		if (!strstr(e.text, bad[i][1]))
			fail_msg("%zu: %s", i, e.text);
	}
	arena_free(a);
}

/* ---- users' programs ---- */

static void users_programs_have_one_aggregation(void **state)
{
	static const struct {
		const char *text;
		enum metric_kind kind;
		const char *scheme;
	} good[] = {
	    {"syscall:::entry { @ = count(); }", METRIC_SCALAR, "none"},
	    {"syscall:::entry { @a[execname, f(1, \"]\")] = sum(arg0); } /* @b = count() */",
	     METRIC_KEYED, "none"},
	    {"x { @ = quantize(arg0); }", METRIC_DIST, "quantize()"},
	    {"x { @ = quantize(arg0, 3); }", METRIC_DIST, "quantize()"},
	    {"x { @q[pid] = lquantize(f(a, b), 0, 100, 5); }", METRIC_KEYED_DIST,
	     "lquantize(0,100,5)"},
	    {"x { @q = llquantize(a, 10, 3, 6, 20, w); } tick-1s { clear(@q); }", METRIC_DIST,
	     "llquantize(10,3,6,20)"},
	    {"x { @m = max(a); }", METRIC_SCALAR, "none"},
	};
	static const char *const bad[][2] = {
	    {"x { trace(1); }", "no aggregation"},
	    {"x { @a = count(); @b = sum(1); }", "two aggregations"},
	    {"x { @a = lquantize(a, LOW, HIGH, 1); }", "not a scheme"},
	    {"x { s = \"@a = count()\"; }", "no aggregation"}};
	struct arena *a = arena_new();
	struct metric_stat s;
	struct err e = {0};
	char text[64];
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (metric_user("user.t", good[i].text, NULL, NULL, a, &s, &e) < 0)
			fail_msg("%s: %s", good[i].text, e.text);
		assert_int_equal(s.user_kind, good[i].kind);
		assert_string_equal(scheme_text(&s.user_scheme, text, sizeof(text)),
				    good[i].scheme);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(metric_user("user.t", bad[i][0], NULL, NULL, a, &s, &e), -1);
		assert_non_null(strstr(e.text, bad[i][1]));
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_have_one_canonical_text),
	    cmocka_unit_test(names_that_are_none),
	    cmocka_unit_test(every_value_is_in_its_bucket),
	    cmocka_unit_test(schemes_that_d_would_refuse),
	    cmocka_unit_test(frames_keep_totals_when_keys_are_cut),
	    cmocka_unit_test(programs_have_predicates_and_breakdown),
	    cmocka_unit_test(scopes),
	    cmocka_unit_test(names_that_do_not_resolve),
	    cmocka_unit_test(files_that_are_wrong),
	    cmocka_unit_test(users_programs_have_one_aggregation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
