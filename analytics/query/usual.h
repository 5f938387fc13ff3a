/*
 * usual.h - what is usual of a value at a time, learned from what it was before
 *
 * In come the least and the greatest second of each minute of the occasions at which the time was comparable; out goes
 * a range that an accident does not widen, and that has in it what comes at every occasion, such as a job that
 * takes ten minutes of the hour:
 *
 *	high = h + 3 s	h: of the minutes' greatest seconds the 85th percentile of each occasion; of these the median
 *	low  = l - 3 s	l: of the minutes' least seconds the 15th percentile of each, likewise
 *	s		high_spread and low_spread: 1.4826 times the median distance from the median (MAD; the standard
 *			deviation, were it a normal distribution) of the minutes; at least USUAL_FLOOR of the value
 *			and of the whole range, and 1 in its unit where all of it was 0
 *
 * Medians are weighted: an occasion counts half as much as one `half` occasions later. What has never been
 * negative is not usually so: low is 0 at least then.
 *
 * What is judged has to be what was learned. Of a key of a distribution coarser levels do not have the least and the
 * greatest second, so its range is one of means of ten seconds (mean_s), and such a mean is held against it.
 *
 * Warm-up: an occasion is an hour of which at least half is known. The first row that has enough is the basis:
 *
 *	basis    occasions                                   least  weight halves in
 *	week     this hour of the week, 8 weeks back             3  4 weeks
 *	day      this hour of the day, 14 days back              3  7 days
 *	lately   the 24 hours before this one                    1  24 hours
 *	unknown  nothing: nobody can say yet what is usual
 *
 * Hours are those of UTC. The hour itself is never learned from, so what is wrong now is not usual until it is over.
 */
#ifndef QUERY_USUAL_H
#define QUERY_USUAL_H

#include <stddef.h>
#include <stdint.h>

enum usual_basis { USUAL_UNKNOWN, USUAL_LATELY, USUAL_DAY, USUAL_WEEK };

struct usual {
	enum usual_basis basis;
	double low, high, low_spread, high_spread; /* in the value's unit; 0 when unknown */
	uint32_t occasions, points;		   /* learned from */
	uint32_t
	    mean_s; /* it is of means of so many seconds, as what is held against it must be: 1 or 10 */
};

enum { USUAL_MEAN_S = 10 };

struct usual_point {
	double low, high, weight;
	uint32_t occasion; /* points of one follow each other */
};

struct usual_rule {
	enum usual_basis basis;
	int64_t period_s;
	uint32_t most, least, half; /* occasions */
};
/* In order of preference; ends with USUAL_UNKNOWN. */
extern const struct usual_rule usual_rules[];

#define USUAL_FLOOR 0.02

const char *usual_basis_text(enum usual_basis b); /* "week" ..; "unknown" */
/* Of a whole number of occasions ago, counted from 1. */
double usual_weight(const struct usual_rule *r, uint32_t ago);
/* The range of n >= 1 points; basis, occasions and mean_s are the caller's. points is 0 without memory. */
void usual_learn(const struct usual_point *p, size_t n, struct usual *out);
/* By how many spreads v lies outside the range; 0: within, or not known. */
double usual_outside(const struct usual *u, double v);

#endif
