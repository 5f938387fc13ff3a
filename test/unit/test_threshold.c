/* analytics/alert: thresholds as text, time zones and hours, when alerts begin and end. Virtual time only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "analytics/alert/amount.h"
#include "analytics/alert/watch.h"
#include "analytics/alert/zoneinfo.h"

/* ---- text ---- */

static struct threshold made(const char *text)
{
	struct threshold t;
	struct err e = {0};
	if (threshold_read(&t, text, &e) < 0)
		fail_msg("%s", e.text);
	return t;
}

#define BASE "name: n\ndataset: io.ops\nlimit: 100\n"

static void text_comes_back(void **state)
{
	(void)state;
	struct threshold t = made(
	    "name: fsync is slow \"very\"\ndataset: syscall.latency[syscall=fsync][latency]\n"
	    "measure: share\nshare_above: 100ms\nlimit: 1%\nclear: 0.5\nof: 3/5\nminpost: 5m\n"
	    "minclear: off\nwindow_start: 22:00\nwindow_end: 06:30\ndays: mon,fri\nrepost: off\n"
	    "action: mail to=a@example.org subject=\"{name} \\\"now\\\"\" on=clear,post\n"
	    "action: suspend dataset=\"io.ops[disk=a b]\" on=clear\n");
	assert_true(t.share_above == 100e6);
	assert_int_equal(t.minpost_s, 300);
	assert_int_equal(t.minclear_s, 0);
	assert_int_equal(t.start_min, 22 * 60);
	assert_int_equal(t.days, 1 << 1 | 1 << 5);
	assert_int_equal(t.nactions, 2);
	assert_string_equal(action_param(&t.action[0], "subject"), "{name} \"now\"");
	assert_int_equal(t.action[0].on, EVENT_POST | EVENT_CLEAR);
	assert_string_equal(action_param(&t.action[1], "dataset"), "io.ops[disk=a b]");
	BUF_AUTO once = {0}, twice = {0};
	threshold_write(&t, &once);
	struct threshold u = made(buf_str(&once));
	threshold_write(&u, &twice);
	assert_string_equal(buf_str(&once), buf_str(&twice));
	assert_memory_equal(&t, &u, sizeof(t));
}

static void every_field_can_be_had_and_set(void **state)
{
	(void)state;
	struct threshold t = made(BASE), u;
	struct err e = {0};
	threshold_init(&u);
	for (const struct threshold_field *f = threshold_fields; f->name; f++) {
		BUF_AUTO v = {0};
		assert_int_equal(threshold_get(&t, f->name, &v), 0);
		if (f->type == FIELD_ACTIONS)
			continue;
		if (f->fallback)
			assert_string_equal(buf_str(&v), f->fallback);
		assert_int_equal(threshold_set(&u, f->name, buf_str(&v), &e), 0);
	}
	assert_memory_equal(&t, &u, sizeof(t));
}

static void what_is_wrong_is_named(void **state)
{
	(void)state;
	static const char *const wrong[][2] = {
	    {"dataset: x\nlimit: 1\n", "name"},
	    {"name: n\nlimit: 1\n", "dataset"},
	    {"name: n\ndataset: x\n", "limit"},
	    {BASE "limit: lots\n", "limit: 'lots'"},
	    {BASE "limit: 1e400\n", "limit"},
	    {BASE "limit: nan\n", "limit"},
	    {BASE "clear: 101\n", "clear"},
	    {BASE "type: below\nclear: 99\n", "clear"},
	    {BASE "type: above\n", "exceeds, below"},
	    {BASE "of: 5/3\n", "of"},
	    {BASE "of: 1/65\n", "of"},
	    {BASE "minpost: 8d\n", "minpost"},
	    {BASE "minpost: -1\n", "minpost"},
	    {BASE "window_start: 25:00\n", "window_start"},
	    {BASE "window_start: 10:00\n", "both or neither"},
	    {BASE "days: someday\n", "days"},
	    {BASE "timezone: ../../etc/passwd\n", "timezone"},
	    {BASE "timezone: Mars/Olympus\n", "timezone"},
	    {BASE "measure: share\nlimit: 101\n", "share"},
	    {BASE "measure: unusual\ntype: below\n", "unusual"},
	    {BASE "measure: percentile\npercentile: 0\n", "percentile"},
	    {BASE "colour: red\n", "no field 'colour'"},
	    {BASE "name: a\033[31m\n", "name"},
	    {BASE "name: \xff\n", "name"},
	    {BASE "nonsense\n", "line 4"},
	    {BASE "action: mail\n", "to is missing"},
	    {BASE "action: mail to=\"a\n", "quotes"},
	    {BASE "action: pray to=a\n", "'pray'"},
	    {BASE "action: mail to=a cc=b\n", "no 'cc'"},
	    {BASE "action: suspend\n", "dataset or a worksheet"},
	    {BASE "action: suspend dataset=a worksheet=b\n", "dataset or a worksheet"},
	    {BASE "action: run program=../../bin/sh\n", "program"},
	    {BASE "action: webhook url=file:///etc/shadow\n", "http"},
	    {BASE "action: mail to=a on=never\n", "on"},
	};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct threshold t;
		struct err e = {0};
		if (threshold_read(&t, wrong[i][0], &e) == 0 || !strstr(e.text, wrong[i][1]))
			fail_msg("%s -> %s", wrong[i][0], e.text);
	}
	struct threshold t;
	struct err e = {0};
	threshold_init(&t);
	for (int i = 0; i < THRESHOLD_ACTIONS; i++)
		assert_int_equal(threshold_set(&t, "action", "syslog", &e), 0);
	assert_int_equal(threshold_set(&t, "action", "syslog", &e), -1);
}

static void amounts_have_units(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double v;
	} right[] = {{"100ms", 1e8}, {"1.5Gi", 1610612736.0}, {"64k", 64000}, {"5%", 5},
		     {"-3", -3},     {"2h", 7.2e12},	      {"1e3", 1000}};
	double v;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++) {
		assert_int_equal(amount_parse(right[i].text, &v), 0);
		assert_true(v == right[i].v);
	}
	static const char *const wrong[] = {"",	  "ms",	  "1 ms", "1x",	  "--1",
					    "1e", "0x10", "inf",  "1e999"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(amount_parse(wrong[i], &v), -1);
	static const double kept[] = {0.1, 1.0 / 3, 1e15, 123456789012345.0, 1e300, -2.5e-7};
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		BUF_AUTO out = {0};
		amount_write(kept[i], &out);
		assert_int_equal(amount_parse(buf_str(&out), &v), 0);
		assert_true(v == kept[i]);
	}
}

/* ---- time zones ---- */

/* libc's own opinion, in this process, which has one thread. */
static void offsets_are_those_of_libc(void **state)
{
	(void)state;
	static const char *const names[] = {
	    "Europe/Berlin",	 "America/New_York",  "Australia/Lord_Howe", "Asia/Kolkata",
	    "America/Sao_Paulo", "Africa/Casablanca", "Europe/Dublin"};
	char *before = getenv("TZ") ? strdup(getenv("TZ")) : NULL;
	int known = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err e = {0};
		struct zoneinfo *z = zoneinfo_exists(names[i]) ? zoneinfo_load(names[i], &e) : NULL;
		if (!z)
			continue;
		known++;
		setenv("TZ", names[i], 1);
		tzset();
		/* From 1950 to 2090: after 2037 the rule counts. */
		for (int64_t t = -631152000; t < 3786912000; t += 86400 * 5 + 3599) {
			time_t unix_s = (time_t)t;
			struct tm tm;
			localtime_r(&unix_s, &tm);
			if (zoneinfo_offset(z, t) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, libc %ld", names[i], (long long)t,
					 zoneinfo_offset(z, t), tm.tm_gmtoff);
		}
		zoneinfo_free(z);
	}
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
	if (!known)
		skip();
}

static void damaged_files_are_refused(void **state)
{
	(void)state;
	struct err e = {0};
	uint8_t bytes[4096];
	FILE *f = fopen("/usr/share/zoneinfo/Europe/Berlin", "re");
	if (!f)
		skip();
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	for (size_t cut = 0; cut < n; cut++) {
		uint8_t *copy = malloc(cut ? cut : 1); /* of its own: a byte too far is seen */
		memcpy(copy, bytes, cut);
		assert_null(zoneinfo_parse(copy, cut, &e));
		free(copy);
	}
	struct zoneinfo *z = zoneinfo_parse(bytes, n, &e);
	assert_non_null(z);
	zoneinfo_free(z);
}

static void hours_and_days(void **state)
{
	(void)state;
	struct err e = {0};
	struct zoneinfo *utc = zoneinfo_load("UTC", &e);
	/* 2024-01-05 was a Friday. */
	int64_t friday = 1704412800;
	struct threshold t = made(BASE "window_start: 09:00\nwindow_end: 17:30\ndays: weekdays\n");
	assert_false(watch_open(&t, utc, friday + 9 * 3600 - 1));
	assert_true(watch_open(&t, utc, friday + 9 * 3600));
	assert_true(watch_open(&t, utc, friday + 17 * 3600 + 1799));
	assert_false(watch_open(&t, utc, friday + 17 * 3600 + 1800));
	assert_false(watch_open(&t, utc, friday + 86400 + 12 * 3600));
	assert_true(watch_open(&t, utc, friday + 3 * 86400 + 12 * 3600));
	/* Friday's night ends on Saturday. */
	t = made(BASE "window_start: 22:00\nwindow_end: 06:00\ndays: fri\n");
	assert_false(watch_open(&t, utc, friday + 3600));
	assert_true(watch_open(&t, utc, friday + 23 * 3600));
	assert_true(watch_open(&t, utc, friday + 86400 + 3600));
	assert_false(watch_open(&t, utc, friday + 86400 + 6 * 3600));
	assert_false(watch_open(&t, utc, friday + 86400 + 23 * 3600));
	zoneinfo_free(utc);
	if (!zoneinfo_exists("Europe/Berlin"))
		return;
	struct zoneinfo *berlin = zoneinfo_load("Europe/Berlin", &e);
	t = made(BASE
		 "window_start: 00:00\nwindow_end: 24:00\ndays: sat\ntimezone: Europe/Berlin\n");
	assert_false(watch_open(&t, berlin, friday + 82799));
	assert_true(watch_open(&t, berlin, friday + 82800));
	/* Summer: 09:00 is 07:00 UTC. */
	t = made(BASE "window_start: 09:00\nwindow_end: 10:00\ntimezone: Europe/Berlin\n");
	assert_true(watch_open(&t, berlin, 1720076400));
	assert_false(watch_open(&t, berlin, 1720076399));
	zoneinfo_free(berlin);
}

/* ---- the machine ---- */

struct sim {
	struct threshold t;
	struct watch w;
	int64_t now;
	bool open;
};

static struct sim sim(const char *text)
{
	struct sim s = {.t = made(text), .now = 1000000, .open = true};
	watch_init(&s.w);
	return s;
}

/* One second for each letter: B bad, - between, G good, ? lost, . no data; out: P, R, C or a blank for each. */
static const char *run(struct sim *s, const char *looks)
{
	static char out[4096];
	size_t n = 0;
	for (; looks[n]; n++) {
		enum look look = looks[n] == 'B'   ? LOOK_BAD
				 : looks[n] == '-' ? LOOK_BETWEEN
				 : looks[n] == 'G' ? LOOK_GOOD
				 : looks[n] == '?' ? LOOK_UNKNOWN
						   : LOOK_ABSENT;
		out[n] = " PR C"[watch_second(&s->w, &s->t, s->open, s->now++, look)];
	}
	out[n] = 0;
	return out;
}

#define EXPECT(sim, looks, events) assert_string_equal(run(sim, looks), events)

static void dwell(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 3\nminclear: 2\nrepost: off\n");
	EXPECT(&s, "BBGBB-BBB", "        P");
	EXPECT(&s, "BBGBG-GG", "       C");
	assert_int_equal(s.w.phase, WATCH_OK);
	s = sim(BASE "minpost: 0\nminclear: 0\nrepost: off\n");
	EXPECT(&s, "BGBG", "PCPC");
	assert_int_equal(s.w.began, 1000002);
}

static void between_the_limits_nothing_changes(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 1\nminclear: 1\nrepost: off\n");
	EXPECT(&s, "---B---G---B", "   P   C   P");
	struct reading r = {READ_VALUE, false, 100};
	struct threshold t = made(BASE "clear: 80\n");
	assert_int_equal(watch_look(&t, &r), LOOK_BETWEEN); /* the limit itself is not exceeded */
	r.value = 100.001;
	assert_int_equal(watch_look(&t, &r), LOOK_BAD);
	r.value = 80;
	assert_int_equal(watch_look(&t, &r), LOOK_GOOD);
	t = made(BASE "type: below\nclear: 120\n");
	assert_int_equal(watch_look(&t, &r), LOOK_BAD);
	r.value = 119;
	assert_int_equal(watch_look(&t, &r), LOOK_BETWEEN);
	r.value = 120;
	assert_int_equal(watch_look(&t, &r), LOOK_GOOD);
}

static void lost_data_resolve_nothing(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 3\nminclear: 3\nrepost: off\n");
	EXPECT(&s, "B?B?B", "    P"); /* nor do they delay for ever */
	EXPECT(&s, "????????????????....................", "                                    ");
	assert_int_equal(s.w.phase, WATCH_ACTIVE);
	EXPECT(&s, "G?G?G", "    C");
	/* A gap longer than the dwell (and 10 s): it begins anew. */
	EXPECT(&s, "BB???????????BBB", "               P");
	EXPECT(&s, "GG???????????GGG", "               C");
	/* Some events of the second are lost: what is seen is the least it can have been. */
	struct reading r = {READ_VALUE, true, 50};
	assert_int_equal(watch_look(&s.t, &r), LOOK_UNKNOWN);
	r.value = 101;
	assert_int_equal(watch_look(&s.t, &r), LOOK_BAD);
	struct threshold t = made(BASE "type: below\n");
	assert_int_equal(watch_look(&t, &r), LOOK_GOOD);
	r.value = 99;
	assert_int_equal(watch_look(&t, &r), LOOK_UNKNOWN);
}

static void no_data_may_be_an_alert(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 1\nminclear: 2\nrepost: 4\nabsent: 3\n");
	EXPECT(&s, "G...", "   P");
	assert_true(s.w.absent);
	assert_int_equal(s.w.began, 1000001);
	EXPECT(&s, ".....", "   R ");
	EXPECT(&s, "BB", " C"); /* there are data again; that they are bad is another alert */
	EXPECT(&s, "B", "P");
	assert_false(s.w.absent);
	EXPECT(&s, "...", "   ");
	/* A second without events is not one without data. */
	struct reading quiet = {READ_QUIET, false, 0};
	assert_int_equal(watch_look(&s.t, &quiet), LOOK_UNKNOWN);
	struct threshold t = made(BASE "quiet: clear\n");
	assert_int_equal(watch_look(&t, &quiet), LOOK_GOOD);
	quiet.partial = true;
	assert_int_equal(watch_look(&t, &quiet), LOOK_UNKNOWN);
}

static void m_of_n(void **state)
{
	(void)state;
	struct sim s = sim(BASE "of: 3/5\nminpost: 1\nminclear: 1\nrepost: off\n");
	EXPECT(&s, "BGBGB", "    P");
	EXPECT(&s, "GGG", "C  ");
	s = sim(BASE "of: 64/64\nminpost: 1\nminclear: 1\nrepost: off\n");
	for (int i = 0; i < 63; i++)
		EXPECT(&s, "B", " ");
	EXPECT(&s, "BG", "PC");
}

static void reposts(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 1\nminclear: 2\nrepost: 3\n");
	EXPECT(&s, "BBBBBBBGBGG", "P  R  R   C");
	s = sim(BASE "minpost: 1\nminclear: 9\nrepost: 2\n");
	EXPECT(&s, "B", "P");
	EXPECT(&s, "????", " R R"); /* not known to be over */
}

static void outside_its_hours_nothing_is_posted(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 2\nminclear: 2\nrepost: 2\nabsent: 2\n");
	EXPECT(&s, "B", " ");
	s.open = false;
	EXPECT(&s, "BBBB....", "        ");
	s.open = true;
	EXPECT(&s, "BB", " P"); /* the dwell begins with the hours */
	s.open = false;
	EXPECT(&s, "BBBB", "    ");
	EXPECT(&s, "GG", " C"); /* but what was posted is over when it is over */
}

static void the_clock_steps(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 5\nminclear: 5\nrepost: off\n");
	EXPECT(&s, "BB", "  ");
	s.now -= 3600; /* back: the next second is the next second */
	EXPECT(&s, "BBB", "  P");
	EXPECT(&s, "GG", "  ");
	s.now += 3600; /* forward: nobody saw that hour */
	EXPECT(&s, "GGG", "   ");
	EXPECT(&s, "GG", " C");
	EXPECT(&s, "B", " ");
	s.now += 7200;
	EXPECT(&s, "BBBB", "    ");
	EXPECT(&s, "B", "P");
}

static void a_restart_repeats_nothing(void **state)
{
	(void)state;
	struct sim s = sim(BASE "minpost: 2\nminclear: 3\nrepost: 10\n");
	watch_restore(&s.w, false, 999000, 999999, 1000004); /* posted 5 s ago */
	EXPECT(&s, "BBBBBB", "    R ");
	watch_restore(&s.w, false, 999000, 999999, 1000004);
	EXPECT(&s, "GGG", "  C"); /* the whole dwell must be seen again */
	watch_restore(&s.w, false, 999000, 1000500, 1000004); /* the clock was set back */
	assert_int_equal(s.w.since_post_s, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_comes_back),
	    cmocka_unit_test(every_field_can_be_had_and_set),
	    cmocka_unit_test(what_is_wrong_is_named),
	    cmocka_unit_test(amounts_have_units),
	    cmocka_unit_test(offsets_are_those_of_libc),
	    cmocka_unit_test(damaged_files_are_refused),
	    cmocka_unit_test(hours_and_days),
	    cmocka_unit_test(dwell),
	    cmocka_unit_test(between_the_limits_nothing_changes),
	    cmocka_unit_test(lost_data_resolve_nothing),
	    cmocka_unit_test(no_data_may_be_an_alert),
	    cmocka_unit_test(m_of_n),
	    cmocka_unit_test(reposts),
	    cmocka_unit_test(outside_its_hours_nothing_is_posted),
	    cmocka_unit_test(the_clock_steps),
	    cmocka_unit_test(a_restart_repeats_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
