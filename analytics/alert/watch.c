/*
 * watch.c - when an alert begins, is repeated and ends
 */
#include "analytics/alert/watch.h"
#include "analytics/alert/zoneinfo.h"

#include <string.h>

enum { GAP_LEAST_S = 10, DAY_MIN = 24 * 60 };

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* Lost events could only have made it more. */
enum look watch_look(const struct threshold *t, const struct reading *r)
{
	double clear = t->has_clear ? t->clear : t->limit;
	if (r->state == READ_ABSENT)
		return LOOK_ABSENT;
	if (r->state == READ_QUIET)
		return t->quiet == QUIET_CLEAR && !r->partial ? LOOK_GOOD : LOOK_UNKNOWN;
	bool exceeds = t->type == TYPE_EXCEEDS;
	if (exceeds ? r->value > t->limit : r->value < t->limit)
		return r->partial && !exceeds ? LOOK_UNKNOWN : LOOK_BAD;
	if (exceeds ? r->value <= clear : r->value >= clear)
		return r->partial && exceeds ? LOOK_UNKNOWN : LOOK_GOOD;
	return r->partial ? LOOK_UNKNOWN : LOOK_BETWEEN;
}

void watch_init(struct watch *w)
{
	*w = (struct watch){.not_good = ~0ull};
}

void watch_restore(struct watch *w, bool absent, int64_t began, int64_t posted, int64_t now)
{
	watch_init(w);
	w->phase = WATCH_ACTIVE;
	w->absent = absent;
	w->began = began;
	w->since_post_s = most(now - posted, 0);
}

static uint64_t newest(unsigned n)
{
	return n >= 64 ? ~0ull : (1ull << n) - 1;
}

static void phase(struct watch *w, enum watch_phase p)
{
	w->phase = p;
	w->dwell_s = w->gap_s = 0;
}

/* Seconds that nobody saw: neither bad nor good, and not without data either. */
static void skip(struct watch *w, const struct threshold *t, int64_t seconds)
{
	w->gap_s += seconds;
	w->since_post_s += seconds;
	if (w->phase == WATCH_PENDING && w->gap_s > most(t->minpost_s, GAP_LEAST_S))
		phase(w, WATCH_OK);
	if (w->phase == WATCH_CLEARING && w->gap_s > most(t->minclear_s, GAP_LEAST_S))
		phase(w, WATCH_ACTIVE);
}

static unsigned post(struct watch *w, bool absent, int64_t began)
{
	phase(w, WATCH_ACTIVE);
	w->absent = absent;
	w->began = began;
	w->since_post_s = 0;
	return EVENT_POST;
}

static unsigned quiet_second(struct watch *w, const struct threshold *t, bool open, int64_t second,
			     bool absent)
{
	skip(w, t, 1);
	w->absent_s = absent ? w->absent_s + 1 : 0;
	bool lasts = w->phase == WATCH_ACTIVE || w->phase == WATCH_CLEARING;
	if (absent && open && !lasts && t->absent_s && w->absent_s >= t->absent_s)
		return post(w, true, second - w->absent_s + 1);
	return 0;
}

/* The look of the last n seconds together. */
static enum look together(struct watch *w, const struct threshold *t, enum look look)
{
	w->bad = w->bad << 1 | (look == LOOK_BAD);
	w->not_good = w->not_good << 1 | (look != LOOK_GOOD);
	uint64_t mask = newest(t->of_n);
	if ((unsigned)__builtin_popcountll(w->bad & mask) >= t->of_m)
		return LOOK_BAD;
	return (unsigned)__builtin_popcountll(w->not_good & mask) < t->of_m ? LOOK_GOOD
									    : LOOK_BETWEEN;
}

static unsigned seen(struct watch *w, const struct threshold *t, bool open, int64_t second,
		     enum look look)
{
	w->gap_s = w->absent_s = 0;
	switch (w->phase) {
	case WATCH_OK:
	case WATCH_PENDING:
		if (look != LOOK_BAD || !open) {
			phase(w, WATCH_OK);
			return 0;
		}
		if (w->phase == WATCH_OK) {
			phase(w, WATCH_PENDING);
			w->began = second;
		}
		return ++w->dwell_s >= t->minpost_s ? post(w, false, w->began) : 0;
	case WATCH_ACTIVE:
	case WATCH_CLEARING:
		if (look != LOOK_GOOD && !w->absent) {
			phase(w, WATCH_ACTIVE);
			return 0;
		}
		if (w->phase == WATCH_ACTIVE)
			phase(w, WATCH_CLEARING);
		if (++w->dwell_s < t->minclear_s)
			return 0;
		phase(w, WATCH_OK);
		return EVENT_CLEAR;
	}
	return 0;
}

unsigned watch_second(struct watch *w, const struct threshold *t, bool open, int64_t second,
		      enum look look)
{
	if (w->last && second > w->last + 1)
		skip(w, t, second - w->last - 1);
	w->last = second;
	w->since_post_s++;
	unsigned event;
	if (look == LOOK_UNKNOWN || look == LOOK_ABSENT) {
		w->since_post_s--; /* skip() counts it */
		event = quiet_second(w, t, open, second, look == LOOK_ABSENT);
	} else {
		event = seen(w, t, open, second, together(w, t, look));
	}
	if (event || w->phase != WATCH_ACTIVE || !open || !t->repost_s ||
	    w->since_post_s < t->repost_s)
		return event;
	w->since_post_s = 0;
	return EVENT_REPOST;
}

bool watch_idle(const struct watch *w, const struct threshold *t)
{
	return w->phase == WATCH_OK && !(w->bad & newest(t->of_n));
}

bool watch_open(const struct threshold *t, const struct zoneinfo *z, int64_t unix_s)
{
	int64_t local = unix_s + zoneinfo_offset(z, unix_s);
	int64_t day = local / 86400 - (local % 86400 < 0), minute = (local - day * 86400) / 60;
	if (t->start_min >= 0) {
		bool over_midnight = t->start_min > t->end_min;
		if (over_midnight && minute < t->end_min)
			day--; /* still the night of yesterday */
		else if (over_midnight ? minute < t->start_min
				       : minute < t->start_min || minute >= t->end_min)
			return false;
	}
	unsigned weekday = (unsigned)(((day + 4) % 7 + 7) % 7);
	return t->days >> weekday & 1;
}
