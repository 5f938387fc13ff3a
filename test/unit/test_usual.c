/* analytics/query: what is usual, learned from weeks of seconds that lie in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "analytics/query/hub_state.h"
#include "analytics/query/usual.h"

#include <errno.h>
#include <math.h>

enum { HOUR = 3600, DAY = 24 * HOUR, WEEK = 7 * DAY };
#define NOW ((int64_t)1790000000 / HOUR * HOUR)

struct fixture {
	struct loop *loop;
	struct hub *hub;
	uint32_t all, keyed;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct err e = {0};
	struct hub_options o = {.catalogue_dir = CATALOGUE, .idle_s = 3600};
	f->loop = loop_new(&e);
	f->hub = hub_new(&o, f->loop, &e);
	if (!f->hub)
		fail_msg("%s", e.text);
	f->all = hub_dataset_create(f->hub, "cpu.utilization", NULL, "me", true, &e);
	f->keyed = hub_dataset_create(f->hub, "cpu.utilization[cpu]", NULL, "me", true, &e);
	assert_true(f->all && f->keyed);
	*state = f;
	return 0;
}
static int tear_down(void **state)
{
	struct fixture *f = *state;
	hub_free(f->hub);
	loop_free(f->loop);
	free(f);
	return 0;
}

static struct store_set *set_of(struct fixture *f, uint32_t id, double *scale)
{
	struct err e = {0};
	struct dataset *d = hub_get(f->hub, id, NULL, &e);
	assert_non_null(d);
	*scale = d->metric.stat->scale;
	return d->set;
}

/* An hour of seconds around `value` in the dataset's unit, in a saw of +- 2; key NULL: none. */
static void hour_of(struct fixture *f, int64_t start, const char *key, double value, int seconds)
{
	double scale;
	struct store_set *set = set_of(f, key ? f->keyed : f->all, &scale);
	for (int s = 1; s <= seconds; s++) {
		struct frame_cell c = {.key = key ? store_key(set, key) : FRAME_NO_KEY,
				       .bucket = FRAME_SCALAR,
				       .value = llround((value + s % 5 - 2) / scale)};
		struct frame at = {.second = start + s, .ncells = 1, .cells = &c};
		assert_int_equal(store_append(set, &at), STORE_KEPT);
	}
}

static struct usual usual_at(struct fixture *f, uint32_t id, const char *key, int64_t at)
{
	struct usual u;
	struct err e = {0};
	if (hub_usual(f->hub, id, NULL, key, at, &u, &e) < 0)
		fail_msg("%s", e.text);
	return u;
}

static void the_range_is_robust(void **state)
{
	(void)state;
	struct usual_point p[100];
	struct usual u = {.basis = USUAL_LATELY};
	for (int i = 0; i < 100; i++)
		p[i] = (struct usual_point){100 + i % 5, 110 + i % 5, 1};
	for (int i = 0; i < 30; i++) /* a third of it was an accident */
		p[i] = (struct usual_point){9000, 90000, 1};
	usual_learn(p, 100, &u);
	assert_true(u.low > 90 && u.low < 100 && u.high > 114 && u.high < 125);
	assert_true(usual_outside(&u, 105) == 0);
	assert_true(fabs(usual_outside(&u, u.high + 2 * u.high_spread) - 2) < 1e-9);
	assert_true(fabs(usual_outside(&u, u.low - 4 * u.low_spread) - 4) < 1e-9);
	/* The heavier half decides, and what was always 0 has a range. */
	for (int i = 0; i < 100; i++)
		p[i] = i < 60 ? (struct usual_point){50, 50, 0.1} : (struct usual_point){80, 80, 1};
	usual_learn(p, 100, &u);
	assert_true(u.low < 80 && u.high > 80 && u.low > 60);
	for (int i = 0; i < 100; i++)
		p[i] = (struct usual_point){0, 0, 1};
	usual_learn(p, 100, &u);
	assert_true(u.low == 0 && u.high == 3 && u.high_spread == 1);
	u.basis = USUAL_UNKNOWN;
	assert_true(usual_outside(&u, 1e9) == 0);
}

static void weeks_days_and_lately(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(usual_at(f, f->all, NULL, NOW).basis, USUAL_UNKNOWN);
	/* Three weeks of this hour around 20, one an accident; days of it around 40; the hour before around 60. */
	hour_of(f, NOW - 3 * WEEK, NULL, 20, HOUR);
	hour_of(f, NOW - 2 * WEEK, NULL, 90, HOUR);
	hour_of(f, NOW - WEEK, NULL, 20, HOUR);
	hour_of(f, NOW - 3 * DAY, NULL, 40, HOUR);
	hour_of(f, NOW - 2 * DAY, NULL, 40, HOUR);
	hour_of(f, NOW - DAY, NULL, 40, HOUR);
	hour_of(f, NOW - 2 * HOUR, NULL, 60, HOUR / 2 + 120);
	struct usual week = usual_at(f, f->all, "", NOW + 1234);
	assert_int_equal(week.basis, USUAL_WEEK);
	assert_int_equal(week.occasions, 3);
	assert_true(week.low < 18.5 && week.high > 21.5 && week.high < 40);
	/* The day before knows three weeks of nothing, and two days at this hour and a week's: that is enough. */
	struct usual day = usual_at(f, f->all, NULL, NOW + DAY);
	assert_int_equal(day.basis, USUAL_DAY);
	assert_true(day.low < 38.5 && day.low > 30 && day.high > 41.5 && day.high < 60);
	struct usual lately = usual_at(f, f->all, NULL, NOW - HOUR);
	assert_int_equal(lately.basis, USUAL_LATELY);
	assert_true(lately.low > 20 && lately.high < 80);
	/* Less than half an hour is no occasion. */
	assert_int_equal(usual_at(f, f->all, NULL, NOW - 6 * WEEK).basis, USUAL_UNKNOWN);
}

static void keys_by_themselves_and_errors(void **state)
{
	struct fixture *f = *state;
	struct err e = {0};
	struct usual u;
	hour_of(f, NOW - 2 * HOUR, "0", 30, HOUR);
	hour_of(f, NOW - HOUR, "1", 70, HOUR / 2 - 60);
	u = usual_at(f, f->keyed, "0", NOW);
	assert_int_equal(u.basis, USUAL_LATELY);
	assert_true(u.low > 20 && u.low < 28.5 && u.high > 31.5 && u.high < 40);
	assert_int_equal(usual_at(f, f->keyed, "1", NOW).basis, USUAL_UNKNOWN);
	assert_int_equal(usual_at(f, f->keyed, "9", NOW).basis, USUAL_UNKNOWN);
	assert_int_equal(usual_at(f, f->keyed, NULL, NOW).basis, USUAL_LATELY);
	assert_int_equal(hub_usual(f->hub, f->all, NULL, "0", NOW, &u, &e), -1);
	assert_int_equal(e.code, EINVAL);
	assert_int_equal(hub_usual(f->hub, 999, NULL, NULL, NOW, &u, &e), -1);
	assert_int_equal(e.code, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_range_is_robust),
	    cmocka_unit_test_setup_teardown(weeks_days_and_lately, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(keys_by_themselves_and_errors, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("usual", tests, NULL, NULL);
}
