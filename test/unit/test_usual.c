/* analytics/query: what is usual, learned from weeks of seconds that lie in the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "analytics/alert/watcher.h"
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
		p[i] = (struct usual_point){100 + i % 5, 110 + i % 5, 1, (uint32_t)i / 10};
	for (int i = 0; i < 30; i++) /* three of ten occasions were an accident */
		p[i] = (struct usual_point){9000, 90000, 1, (uint32_t)i / 10};
	usual_learn(p, 100, &u);
	assert_true(u.low > 90 && u.low < 100 && u.high > 114 && u.high < 125);
	assert_true(usual_outside(&u, 105) == 0);
	assert_true(fabs(usual_outside(&u, u.high + 2 * u.high_spread) - 2) < 1e-9);
	assert_true(fabs(usual_outside(&u, u.low - 4 * u.low_spread) - 4) < 1e-9);
	/* A job that takes a sixth of each occasion is usual; one that was there at one of them is not. */
	for (int i = 0; i < 100; i++)
		p[i] = (struct usual_point){i % 10 < 2 ? 300 : 100, i % 10 < 2 ? 330 : 110, 1,
					    (uint32_t)i / 10};
	usual_learn(p, 100, &u);
	assert_true(u.low > 80 && u.low < 100 && u.high > 330 && u.high < 370);
	for (int i = 10; i < 100; i++)
		p[i] = (struct usual_point){100, 110, 1, (uint32_t)i / 10};
	usual_learn(p, 100, &u);
	assert_true(u.high > 110 && u.high < 130);
	/* The heavier half decides, and what was always 0 has a range. */
	for (int i = 0; i < 100; i++)
		p[i] = i < 60 ? (struct usual_point){50, 50, 0.1, (uint32_t)i / 10}
			      : (struct usual_point){80, 80, 1, (uint32_t)i / 10};
	usual_learn(p, 100, &u);
	assert_true(u.low < 80 && u.high > 80 && u.low > 60);
	for (int i = 0; i < 100; i++)
		p[i] = (struct usual_point){0, 0, 1, 0};
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

/* ---- what is judged is what was learned ---- */

static int learn(void *ctx, uint32_t dataset, const char *key, int64_t second, struct usual *out)
{
	struct err e = {0};
	return hub_usual(ctx, dataset, NULL, key, second - 1, out, &e);
}

static void count_of(struct store_set *set, int64_t second, int64_t count, struct frame *f,
		     struct frame_cell *cells)
{
	uint32_t key = store_key(set, "0");
	cells[0] = (struct frame_cell){key, 100, count / 2};
	cells[1] = (struct frame_cell){key, 101, count - count / 2};
	*f = (struct frame){.second = second, .ncells = 2, .cells = cells};
}

/* An hour of which every tenth second has ten times as many events as the others. */
static void bursts(struct store_set *set, int64_t start)
{
	struct frame_cell cells[2];
	struct frame f;
	for (int64_t s = start + 1; s <= start + HOUR; s++) {
		count_of(set, s, s % 10 ? 100 : 1000, &f, cells);
		assert_int_equal(store_append(set, &f), STORE_KEPT);
	}
}

/* Seconds of a watcher until one posts an alert; -> after how many, 0 when none did. */
static int posts_after(struct watcher *w, struct dataset *d, int64_t *at, int seconds,
		       const int64_t *counts, struct book_event *ev)
{
	static const char *keys[] = {"0", "0"};
	int posted = 0;
	for (int i = 0; i < seconds && !posted; i++) {
		struct frame_cell cells[2];
		struct frame f;
		size_t n = 0;
		count_of(d->set, ++*at, counts[i % 10], &f, cells);
		struct hub_second s = {.dataset = d->id,
				       .name = d->metric.canonical,
				       .kind = d->metric.kind,
				       .mode = d->metric.stat->mode,
				       .scale = d->metric.stat->scale,
				       .scheme = &d->metric.scheme,
				       .frame = &f,
				       .keys = keys};
		watcher_second(w, *at, &s, 1);
		struct book_event *got = watcher_take(w, &n);
		if (n) {
			*ev = got[0];
			posted = i + 1;
		}
		free(got);
	}
	return posted;
}

static void judged_as_it_was_learned(struct fixture *f, const char *name, const char *key,
				     unsigned mean_s)
{
	static const int64_t as_ever[10] = {100, 100, 1000, 100, 100, 100, 100, 100, 100, 100};
	static const int64_t wrong[10] = {4000, 4000, 4000, 4000, 4000,
					  4000, 4000, 4000, 4000, 4000};
	struct err e = {0};
	struct alerts_env env = {.ctx = f->hub, .usual = learn};
	uint32_t id = hub_dataset_create(f->hub, name, NULL, "me", true, &e);
	struct dataset *d = id ? hub_get(f->hub, id, NULL, &e) : NULL;
	struct watcher *w = watcher_new(&env, &e);
	struct alerts_dataset ds = {0};
	struct threshold t;
	struct book_event ev;
	int64_t at = NOW;
	if (!d || !w)
		fail_msg("%s", e.text);
	bursts(d->set, NOW - HOUR);
	struct usual u = usual_at(f, id, key, NOW);
	assert_int_equal(u.basis, USUAL_LATELY);
	assert_int_equal(u.mean_s, mean_s);
	threshold_init(&t);
	t.id = 1;
	t.enabled = t.has_limit = true;
	t.measure = MEASURE_UNUSUAL;
	t.limit = 3;
	t.minpost_s = 1;
	snprintf(t.dataset, sizeof(t.dataset), "%s", d->metric.canonical);
	snprintf(ds.name, sizeof(ds.name), "%s", d->metric.canonical);
	snprintf(t.key, sizeof(t.key), "%s", key);
	assert_int_equal(watcher_set(w, &t, &ds, &e), 0);
	assert_int_equal(posts_after(w, d, &at, 300, as_ever, &ev), 0);
	int after = posts_after(w, d, &at, 30, wrong, &ev);
	if (after < 1 || after > (int)mean_s)
		fail_msg("%s: %d s, usually %g to %g", name, after, u.low, u.high);
	assert_true(ev.seen > u.high && ev.seen <= 4000);
	assert_int_equal(ev.usual.mean_s, mean_s);
	watcher_free(w);
}

static void seconds_are_judged_by_seconds_and_means_by_means(void **state)
{
	judged_as_it_was_learned(*state, "cpu.utilization[cpu][utilization]", "0", 10);
	judged_as_it_was_learned(*state, "cpu.utilization[utilization]", "", 1);
	judged_as_it_was_learned(*state, "cpu.utilization[utilization][mode]", "", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_range_is_robust),
	    cmocka_unit_test_setup_teardown(weeks_days_and_lately, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(keys_by_themselves_and_errors, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(seconds_are_judged_by_seconds_and_means_by_means,
					    set_up, tear_down),
	};
	return cmocka_run_group_tests_name("usual", tests, NULL, NULL);
}
