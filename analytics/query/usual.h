/*
 * usual.h - what is usual of a value at a time, learned from what it was before
 *
 * In come means of a minute (or the least and the greatest second of each), of the occasions at which the time was
 * comparable; out goes a range, robust against the times when something was wrong: with m the median and
 * s = 1.4826 times the median distance from it (MAD; the standard deviation, were it a normal distribution),
 *
 *	low  = m - 3 s  of the least seconds       low_spread  = s, at least USUAL_FLOOR of m and of the whole range;
 *	high = m + 3 s  of the greatest seconds    high_spread   1 in the value's unit where all of it was 0
 *
 * Medians are weighted: an occasion counts half as much as one `half` occasions later. What has never been
 * negative is not usually so: low is 0 at least then.
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
};

struct usual_point {
	double low, high, weight;
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
/* The range of n >= 1 points, whose order it changes; basis and occasions are the caller's. */
void usual_learn(struct usual_point *p, size_t n, struct usual *out);
/* By how many spreads v lies outside the range; 0: within, or not known. */
double usual_outside(const struct usual *u, double v);

#endif
