/*
 * usual.c - what is usual of a value at a time: the range by medians
 */
#include "analytics/query/usual.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { HOUR_S = 3600, DAY_S = 24 * HOUR_S };

const struct usual_rule usual_rules[] = {
    {USUAL_WEEK, 7 * DAY_S, 8, 3, 4},
    {USUAL_DAY, DAY_S, 14, 3, 7},
    {USUAL_LATELY, HOUR_S, 24, 1, 24},
    {USUAL_UNKNOWN, 0, 0, 0, 0},
};

const char *usual_basis_text(enum usual_basis b)
{
	static const char *const texts[] = {[USUAL_UNKNOWN] = "unknown",
					    [USUAL_LATELY] = "lately",
					    [USUAL_DAY] = "day",
					    [USUAL_WEEK] = "week"};
	return texts[b];
}

/* ---- medians ---- */

double usual_weight(const struct usual_rule *r, uint32_t ago)
{
	return exp2(-((double)ago - 1) / r->half);
}

struct weighed {
	double v, weight;
};
static int by_value(const void *a, const void *b)
{
	const struct weighed *x = a, *y = b;
	return (x->v > y->v) - (x->v < y->v);
}

/* The value below which a part of the weight lies. */
static double quantile(struct weighed *w, size_t n, double part)
{
	double wanted = 0, seen = 0;
	qsort(w, n, sizeof(*w), by_value);
	for (size_t i = 0; i < n; i++)
		wanted += w[i].weight * part;
	for (size_t i = 0; i < n; i++)
		if ((seen += w[i].weight) >= wanted)
			return w[i].v;
	return w[n - 1].v;
}

/* The median, and the spread around it. The values are gone afterwards. */
static double centre(struct weighed *w, size_t n, double *spread)
{
	double m = quantile(w, n, 0.5);
	for (size_t i = 0; i < n; i++)
		w[i].v = fabs(w[i].v - m);
	*spread = 1.4826 * quantile(w, n, 0.5);
	return m;
}

/* One side of the range: the end that `part` of each occasion keeps to. w: room for n. */
static double side(const struct usual_point *p, size_t n, bool high, struct weighed *w,
		   double *spread)
{
	size_t ends = 0;
	for (size_t i = 0; i < n; i++)
		w[i] = (struct weighed){high ? p[i].high : p[i].low, p[i].weight};
	centre(w, n, spread);
	/* The room of the points before is enough for the ends of occasions that were seen. */
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && p[to].occasion == p[from].occasion; to++)
			w[to] = (struct weighed){high ? p[to].high : p[to].low, 1};
		double end = quantile(w + from, to - from, high ? 0.85 : 0.15);
		w[ends++] = (struct weighed){end, p[from].weight};
	}
	return quantile(w, ends, 0.5);
}

void usual_learn(const struct usual_point *p, size_t n, struct usual *out)
{
	struct weighed *w = malloc(n * sizeof(*w));
	double least = INFINITY;
	out->points = 0;
	if (!w)
		return;
	for (size_t i = 0; i < n; i++)
		least = fmin(least, p[i].low);
	double low = side(p, n, false, w, &out->low_spread);
	double high = side(p, n, true, w, &out->high_spread);
	free(w);
	double floor = USUAL_FLOOR * fmax(fmax(fabs(low), fabs(high)), high - low);
	if (floor <= 0)
		floor = 1;
	out->low_spread = fmax(out->low_spread, floor);
	out->high_spread = fmax(out->high_spread, floor);
	out->low = low - 3 * out->low_spread;
	out->high = high + 3 * out->high_spread;
	if (least >= 0)
		out->low = fmax(out->low, 0);
	out->points = (uint32_t)n;
}

double usual_outside(const struct usual *u, double v)
{
	if (u->basis == USUAL_UNKNOWN)
		return 0;
	if (v > u->high)
		return (v - u->high) / u->high_spread;
	return v < u->low ? (u->low - v) / u->low_spread : 0;
}
