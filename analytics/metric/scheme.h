/*
 * scheme.h - how values of a distribution are put into buckets
 *
 * A dataset's scheme never changes, so distributions of seconds, keys and hosts add up bucket by
 * bucket. Buckets are numbered as D numbers the levels of its aggregations:
 *
 *	SCHEME_LOG2     quantize(): bucket 63 holds 0, 63 + i values from 2^(i-1), 63 - i the same below 0
 *	SCHEME_LINEAR   lquantize(low, high, step): 0 below low, 1 + i from low + i * step, the last from high
 *	SCHEME_LLINEAR  llquantize(factor, low, high, steps): 0 below factor^low, then the steps of each
 *	                magnitude from low to high, the last from factor^(high + 1)
 */
#ifndef METRIC_SCHEME_H
#define METRIC_SCHEME_H

#include "base/err.h"

#include <stdint.h>

enum scheme_type { SCHEME_NONE, SCHEME_LOG2, SCHEME_LINEAR, SCHEME_LLINEAR };
struct scheme {
	enum scheme_type type;
	int32_t low, high; /* linear: values; log-linear: exponents */
	int32_t step;	   /* linear: width of a bucket */
	uint32_t factor;   /* log-linear */
	uint32_t steps;	   /* log-linear: buckets in a magnitude */
};

/* "llquantize(10,3,11,20)", "lquantize(0,100,1)", "quantize()"; -1 and *e for what D would refuse, too. */
int scheme_parse(const char *text, struct scheme *out, struct err *e);
/* As D writes it, without parentheses' contents that scheme_parse() does not take: "llquantize(10,3,11,20)".
 * out has room for n bytes; returns out. */
const char *scheme_text(const struct scheme *s, char *out, unsigned n);
uint32_t scheme_nbuckets(const struct scheme *s);
uint32_t scheme_bucket(const struct scheme *s, int64_t value);
/* Values from *lo to just below *hi; the first and last bucket reach to INT64_MIN and INT64_MAX. */
void scheme_bounds(const struct scheme *s, uint32_t bucket, int64_t *lo, int64_t *hi);

#endif
