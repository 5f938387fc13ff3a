/*
 * scheme.c - buckets of distributions, numbered as D numbers them
 */
#include "analytics/metric/scheme.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LOG2_ZERO = 63, LOG2_BUCKETS = 127, SCHEME_MAX_BUCKETS = 10000 };

static int scheme_check(const struct scheme *s, const char *text, struct err *e)
{
	if (s->type == SCHEME_LINEAR &&
	    (s->step <= 0 || s->high <= s->low ||
	     ((int64_t)s->high - s->low) / s->step > SCHEME_MAX_BUCKETS))
		return err_set(e, EINVAL,
			       "%s: low must be below high, and at most %d steps between them",
			       text, SCHEME_MAX_BUCKETS);
	if (s->type != SCHEME_LLINEAR)
		return 0;
	double top = 1;
	for (int32_t i = 0; i <= s->high && top < 1e19; i++)
		top *= s->factor;
	if (s->factor < 2 || s->low < 0 || s->high < s->low || s->steps < s->factor ||
	    s->steps % s->factor || top > 9e18)
		return err_set(
		    e, EINVAL,
		    "%s: magnitudes must ascend and fit 63 bits, steps be a multiple of the "
		    "factor",
		    text);
	int64_t floor = 1;
	for (int32_t i = 0; i <= s->low; i++)
		floor *= s->factor;
	/* The steps divide each magnitude evenly, or the lowest has one value a bucket. */
	if (floor > (int64_t)s->steps && floor % s->steps)
		return err_set(e, EINVAL, "%s: steps must divide the magnitudes evenly", text);
	if (scheme_nbuckets(s) > SCHEME_MAX_BUCKETS)
		return err_set(e, EINVAL, "%s: more than %d buckets", text, SCHEME_MAX_BUCKETS);
	return 0;
}

int scheme_parse(const char *text, struct scheme *out, struct err *e)
{
	long long v[4] = {0};
	int end = -1;
	*out = (struct scheme){0};
	if (sscanf(text, "quantize ( ) %n", &end) >= 0 && end > 0 && !text[end])
		out->type = SCHEME_LOG2;
	else if (sscanf(text, "lquantize ( %11lld , %11lld , %11lld ) %n", &v[0], &v[1], &v[2],
			&end) == 3 &&
		 end > 0 && !text[end])
		out->type = SCHEME_LINEAR;
	else if (end = -1, sscanf(text, "llquantize ( %5lld , %5lld , %5lld , %5lld ) %n", &v[0],
				  &v[1], &v[2], &v[3], &end) == 4 &&
			       end > 0 && !text[end])
		out->type = SCHEME_LLINEAR;
	bool fits = true;
	for (int i = 0; i < 4; i++)
		fits = fits && v[i] >= INT32_MIN && v[i] <= INT32_MAX;
	if (out->type == SCHEME_NONE || !fits ||
	    (out->type == SCHEME_LLINEAR && (v[0] < 0 || v[3] < 0)))
		return err_set(e, EINVAL,
			       "%.80s: not a scheme; write quantize(), lquantize(LOW,HIGH,STEP) or "
			       "llquantize(FACTOR,LOW,HIGH,STEPS)",
			       text);
	if (out->type == SCHEME_LINEAR) {
		out->low = (int32_t)v[0];
		out->high = (int32_t)v[1];
		out->step = (int32_t)v[2];
	} else if (out->type == SCHEME_LLINEAR) {
		out->factor = (uint32_t)v[0];
		out->low = (int32_t)v[1];
		out->high = (int32_t)v[2];
		out->steps = (uint32_t)v[3];
	}
	return scheme_check(out, text, e);
}

const char *scheme_text(const struct scheme *s, char *out, unsigned n)
{
	switch (s->type) {
	case SCHEME_NONE:
		snprintf(out, n, "none");
		break;
	case SCHEME_LOG2:
		snprintf(out, n, "quantize()");
		break;
	case SCHEME_LINEAR:
		snprintf(out, n, "lquantize(%d,%d,%d)", s->low, s->high, s->step);
		break;
	case SCHEME_LLINEAR:
		snprintf(out, n, "llquantize(%u,%d,%d,%u)", s->factor, s->low, s->high, s->steps);
		break;
	}
	return out;
}

/* ---- log-linear: from magnitude to magnitude ---- */

struct magnitude {
	int64_t from, to, width; /* from <= v < to, in buckets of width */
	uint32_t n, first;	 /* how many buckets; number of the first */
};
/* factor^exponent up to factor^(exponent + 1): steps of the latter / steps, whose first `factor`th part lies below. */
static void magnitude_first(const struct scheme *s, struct magnitude *m)
{
	m->from = 1;
	for (int32_t i = 0; i < s->low; i++)
		m->from *= s->factor;
	m->to = m->from * s->factor;
	m->first = 1;
	m->width = m->to > (int64_t)s->steps ? m->to / s->steps : 1;
	m->n = (uint32_t)((m->to - m->from) / m->width);
}
static void magnitude_next(const struct scheme *s, struct magnitude *m)
{
	m->first += m->n;
	m->from = m->to;
	/* One magnitude more than there is is asked for at the end of a walk. */
	if (__builtin_mul_overflow(m->to, (int64_t)s->factor, &m->to))
		m->to = INT64_MAX;
	m->width = m->to > (int64_t)s->steps ? m->to / s->steps : 1;
	m->n = (uint32_t)((m->to - m->from) / m->width);
}

uint32_t scheme_nbuckets(const struct scheme *s)
{
	struct magnitude m;
	switch (s->type) {
	case SCHEME_NONE:
		return 0;
	case SCHEME_LOG2:
		return LOG2_BUCKETS;
	case SCHEME_LINEAR:
		return (uint32_t)(((int64_t)s->high - s->low) / s->step) + 2;
	case SCHEME_LLINEAR:
		break;
	}
	magnitude_first(s, &m);
	for (int32_t i = s->low; i < s->high; i++)
		magnitude_next(s, &m);
	return m.first + m.n + 1;
}

static uint32_t scheme_log2(int64_t v)
{
	if (v == 0)
		return LOG2_ZERO;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	uint32_t magnitude = 64 - (uint32_t)__builtin_clzll(u);
	if (magnitude > 63)
		magnitude = 63;
	return v < 0 ? LOG2_ZERO - magnitude : LOG2_ZERO + magnitude;
}

uint32_t scheme_bucket(const struct scheme *s, int64_t v)
{
	struct magnitude m;
	switch (s->type) {
	case SCHEME_NONE:
		return 0;
	case SCHEME_LOG2:
		return scheme_log2(v);
	case SCHEME_LINEAR:
		if (v < s->low)
			return 0;
		uint32_t last = scheme_nbuckets(s) - 1;
		if (v >= s->high)
			return last;
		uint32_t at = (uint32_t)((v - s->low) / s->step) + 1;
		return at < last ? at : last;
	case SCHEME_LLINEAR:
		break;
	}
	magnitude_first(s, &m);
	if (v < m.from)
		return 0;
	for (int32_t i = s->low; i <= s->high; i++, magnitude_next(s, &m))
		if (v < m.to)
			return m.first + (uint32_t)((v - m.from) / m.width);
	return m.first;
}

static void scheme_log2_bounds(uint32_t bucket, int64_t *lo, int64_t *hi)
{
	int32_t i = (int32_t)bucket - LOG2_ZERO;
	if (i == 0) {
		*lo = 0;
		*hi = 1;
	} else if (i > 0) {
		*lo = (int64_t)1 << (i - 1);
		*hi = i >= 63 ? INT64_MAX : (int64_t)1 << i;
	} else {
		*lo = -i >= 63 ? INT64_MIN : -((int64_t)1 << -i) + 1;
		*hi = -((int64_t)1 << (-i - 1)) + 1;
	}
}

void scheme_bounds(const struct scheme *s, uint32_t bucket, int64_t *lo, int64_t *hi)
{
	uint32_t last = scheme_nbuckets(s) - 1;
	struct magnitude m;
	*lo = INT64_MIN;
	*hi = INT64_MAX;
	if (s->type == SCHEME_LOG2) {
		scheme_log2_bounds(bucket, lo, hi);
		return;
	}
	if (s->type == SCHEME_LINEAR) {
		if (bucket > 0)
			*lo = s->low + (int64_t)(bucket - 1) * s->step;
		if (bucket < last)
			*hi = s->low + (int64_t)bucket * s->step;
		return;
	}
	if (s->type == SCHEME_NONE)
		return;
	magnitude_first(s, &m);
	if (bucket == 0) {
		*hi = m.from;
		return;
	}
	for (int32_t i = s->low; i <= s->high; i++, magnitude_next(s, &m))
		if (bucket < m.first + m.n) {
			*lo = m.from + (int64_t)(bucket - m.first) * m.width;
			*hi = *lo + m.width;
			return;
		}
	*lo = m.from;
}
